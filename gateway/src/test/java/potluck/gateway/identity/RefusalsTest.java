package potluck.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RefusalsTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final Refusals refusals = new Refusals(5, Duration.ofSeconds(10), now::get);

  @Test
  void theFifthWithinTheWindowMakesAnAddressWaitForItsEnd() {
    refuse("a", 4);
    assertTrue(refusals.wait("a").isEmpty());
    now.set(Instant.EPOCH.plusSeconds(4));
    refuse("a", 1);
    assertEquals(Optional.of(Duration.ofSeconds(6)), refusals.wait("a"));
    now.set(Instant.EPOCH.plusSeconds(10));
    assertTrue(refusals.wait("a").isEmpty());
  }

  @Test
  void oneAddressDoesNotHoldUpAnother() {
    refuse("a", 9);
    assertTrue(refusals.wait("b").isEmpty());
  }

  @Test
  void aFloodOfAddressesPushesOutTheOldestOnly() {
    refuse("old", 5);
    for (int i = 0; i < 10_000; i++) {
      refuse("flood" + i, 1);
    }
    refuse("new", 5);
    assertTrue(refusals.wait("old").isEmpty());
    assertTrue(refusals.wait("new").isPresent());
  }

  private void refuse(String address, int times) {
    for (int i = 0; i < times; i++) {
      refusals.add(address);
    }
  }
}
