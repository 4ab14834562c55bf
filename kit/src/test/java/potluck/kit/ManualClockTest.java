package potluck.kit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ManualClockTest {
  @Test
  void clockMovesOnlyWhenAdvanced() {
    ManualClock clock = new ManualClock(Instant.EPOCH);
    Clock elsewhere = clock.withZone(ZoneId.of("Asia/Shanghai"));
    clock.advance(Duration.ofHours(2));
    assertThat(clock.instant()).isEqualTo(Instant.EPOCH.plusSeconds(7_200));
    assertThat(elsewhere.instant()).isEqualTo(clock.instant());
    clock.advance(Duration.ofHours(-3));
    assertThat(clock.millis()).isEqualTo(-3_600_000);
  }
}
