package potluck.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(limiter.retryAfter("a")).isEmpty();
    now.set(Instant.EPOCH.plusSeconds(4));
    refuse("a", 1);
    assertThat(limiter.retryAfter("a")).isEqualTo(Optional.of(Duration.ofSeconds(6)));
    now.set(Instant.EPOCH.plusSeconds(10));
    assertThat(limiter.retryAfter("a")).isEmpty();
  }

  @Test
  void rateLimiterCountsEachAddressByItself() {
    refuse("a", 9);
    assertThat(limiter.retryAfter("b")).isEmpty();
  }

  @Test
  void rateLimiterForgetsOnlyTheOldestAddressWhenFull() {
    refuse("old", 5);
    for (int i = 0; i < 10_000; i++) {
      refuse("flood" + i, 1);
    }
    refuse("new", 5);
    assertThat(limiter.retryAfter("old")).isEmpty();
    assertThat(limiter.retryAfter("new")).isPresent();
  }

  private void refuse(String address, int times) {
    for (int i = 0; i < times; i++) {
      limiter.recordRefusal(address);
    }
  }
}
