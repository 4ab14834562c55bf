package potluck.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Attempts attempts = new Attempts(5, Duration.ofMinutes(15), now::get);

  @Test
  void fiveFailuresAreFreeAndEachFurtherOneDoublesTheWait() {
    fail(4);
    assertTrue(attempts.wait("ada").isEmpty());
    fail(1);
    assertEquals(Optional.of(Duration.ofSeconds(1)), attempts.wait("ADA"));
    fail(2);
    assertEquals(Optional.of(Duration.ofSeconds(4)), attempts.wait("ada"));
    now.set(Instant.EPOCH.plusSeconds(4));
    assertTrue(attempts.wait("ada").isEmpty());
  }

  @Test
  void theWaitIsNeverLongerThanFifteenMinutes() {
    fail(100);
    assertEquals(Optional.of(Duration.ofMinutes(15)), attempts.wait("ada"));
  }

  @Test
  void aSuccessOrAnHourMakesItForget() {
    fail(9);
    attempts.succeeded("Ada");
    assertTrue(attempts.wait("ada").isEmpty());
    fail(9);
    now.set(Instant.EPOCH.plusSeconds(3601));
    fail(1);
    assertTrue(attempts.wait("ada").isEmpty());
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      attempts.failed("ada");
    }
  }
}
