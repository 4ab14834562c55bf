package potluck.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LoginBackoffTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final LoginBackoff backoff = new LoginBackoff(5, Duration.ofMinutes(15), now::get);

  @Test
  void loginBackoffDoublesTheWaitAfterFiveFailures() {
    fail(4);
    assertThat(backoff.retryAfter("ada")).isEmpty();
    fail(1);
    assertThat(backoff.retryAfter("ADA")).isEqualTo(Optional.of(Duration.ofSeconds(1)));
    fail(2);
    assertThat(backoff.retryAfter("ada")).isEqualTo(Optional.of(Duration.ofSeconds(4)));
    now.set(Instant.EPOCH.plusSeconds(4));
    assertThat(backoff.retryAfter("ada")).isEmpty();
  }

  @Test
  void loginBackoffWaitsFifteenMinutesAtMost() {
    fail(100);
    assertThat(backoff.retryAfter("ada")).isEqualTo(Optional.of(Duration.ofMinutes(15)));
  }

  @Test
  void loginBackoffResetsAfterASuccessOrAnHour() {
    fail(9);
    backoff.recordSuccess("Ada");
    assertThat(backoff.retryAfter("ada")).isEmpty();
    fail(9);
    now.set(Instant.EPOCH.plusSeconds(3601));
    fail(1);
    assertThat(backoff.retryAfter("ada")).isEmpty();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      backoff.recordFailure("ada");
    }
  }
}
