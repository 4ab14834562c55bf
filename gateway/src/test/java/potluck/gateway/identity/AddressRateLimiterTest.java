package potluck.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AddressRateLimiterTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final AddressRateLimiter limiter =
      new AddressRateLimiter(5, Duration.ofSeconds(10), now::get);

  @Test
  void rateLimiterBlocksAnAddressAfterFiveRefusalsInTheWindow() {
    refuse("a", 4);
    assertTrue(limiter.retryAfter("a").isEmpty());
    now.set(Instant.EPOCH.plusSeconds(4));
    refuse("a", 1);
    assertEquals(Optional.of(Duration.ofSeconds(6)), limiter.retryAfter("a"));
    now.set(Instant.EPOCH.plusSeconds(10));
    assertTrue(limiter.retryAfter("a").isEmpty());
  }

  @Test
  void rateLimiterCountsEachAddressByItself() {
    refuse("a", 9);
    assertTrue(limiter.retryAfter("b").isEmpty());
  }

  @Test
  void rateLimiterForgetsOnlyTheOldestAddressWhenFull() {
    refuse("old", 5);
    for (int i = 0; i < 10_000; i++) {
      refuse("flood" + i, 1);
    }
    refuse("new", 5);
    assertTrue(limiter.retryAfter("old").isEmpty());
    assertTrue(limiter.retryAfter("new").isPresent());
  }

  private void refuse(String address, int times) {
    for (int i = 0; i < times; i++) {
      limiter.recordRefusal(address);
    }
  }
}
