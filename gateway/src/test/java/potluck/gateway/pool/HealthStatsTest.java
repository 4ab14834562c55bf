package potluck.gateway.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import potluck.kit.ManualClock;

/** How the recent health of an account is measured, and how it fades. */
class HealthStatsTest {
  private final ManualClock clock = new ManualClock();
  private final HealthStats health = new HealthStats();

  @Test
  void healthStartsWithoutErrorsOrSlowness() {
    assertThat(health.errorRate(clock.millis())).isZero();
    assertThat(health.slowness(clock.millis())).isZero();
    assertThat(health.consecutiveFailures()).isZero();
  }

  @Test
  void healthErrorRateRisesWithFailuresAndStaysBelowOne() {
    health.recordFailure(clock.millis());
    double once = health.errorRate(clock.millis());
    assertThat(once).isEqualTo(0.3, within(1e-9));
    for (int i = 0; i < 100; i++) {
      health.recordFailure(clock.millis());
    }
    assertThat(health.errorRate(clock.millis())).isBetween(0.99, 1.0);
  }

  @Test
  void healthErrorRateHalvesInThirtySeconds() {
    health.recordFailure(clock.millis());
    double before = health.errorRate(clock.millis());
    clock.advance(Duration.ofSeconds(30));
    assertThat(health.errorRate(clock.millis())).isEqualTo(before / 2, within(1e-9));
  }

  @Test
  void healthErrorRateFallsWithASuccess() {
    health.recordFailure(clock.millis());
    health.recordSuccess(clock.millis(), 100);
    assertThat(health.errorRate(clock.millis())).isEqualTo(0.21, within(1e-9));
  }

  @Test
  void healthCountsFailuresInARow() {
    health.recordFailure(clock.millis());
    health.recordLimited();
    assertThat(health.consecutiveFailures()).isEqualTo(2);
    health.recordSuccess(clock.millis(), 100);
    assertThat(health.consecutiveFailures()).isZero();
  }

  @Test
  void healthDoesNotCountALimitAsAnError() {
    health.recordLimited();
    assertThat(health.errorRate(clock.millis())).isZero();
  }

  @Test
  void healthSlownessIsOneHalfAtTwoSeconds() {
    health.recordFirstByte(clock.millis(), 2_000);
    assertThat(health.slowness(clock.millis())).isEqualTo(0.5, within(1e-9));
    clock.advance(Duration.ofSeconds(60));
    assertThat(health.slowness(clock.millis())).isEqualTo(1 / 3.0, within(1e-9));
  }

  @Test
  void healthResetForgivesFailures() {
    health.recordFailure(clock.millis());
    health.reset();
    assertThat(health.errorRate(clock.millis())).isZero();
    assertThat(health.consecutiveFailures()).isZero();
  }
}
