package potluck.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rate limiter for refused requests: counts the refusals of each client address, and says how long
 * an address with too many of them must wait. IPv6 addresses are counted by their /64. Only
 * refusals count, so successful traffic is never limited. Keeps at most 10,000 addresses and then
 * forgets the one used longest ago. Thread-safe.
 */
public final class AddressRateLimiter {
  private static final int MAX_ADDRESSES = 10_000;

  private final int freeRefusals;
  private final Duration window;
  private final InstantSource clock;
  private final Map<String, Deque<Instant>> refusals = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param freeRefusals refusals within the window without a wait
   */
  public AddressRateLimiter(int freeRefusals, Duration window, InstantSource clock) {
    this.freeRefusals = freeRefusals;
    this.window = window;
    this.clock = clock;
  }

  /** Records that a request of this address was refused. */
  public synchronized void recordRefusal(String address) {
    Deque<Instant> times =
        refusals.computeIfAbsent(ClientNetwork.rateLimitKey(address), _ -> new ArrayDeque<>());
    times.addLast(clock.instant());
    if (times.size() > freeRefusals) {
      times.removeFirst();
    }
    if (refusals.size() > MAX_ADDRESSES) {
      refusals.remove(refusals.keySet().iterator().next());
    }
  }

  /** Removes the last recorded refusal of this address. */
  public synchronized void removeLastRefusal(String address) {
    @Nullable Deque<Instant> times = refusals.get(ClientNetwork.rateLimitKey(address));
    if (times != null) {
      times.pollLast();
    }
  }

  /** How long requests of this address must wait; empty if they need not. */
  public synchronized Optional<Duration> retryAfter(String address) {
    Deque<Instant> times =
        refusals.getOrDefault(ClientNetwork.rateLimitKey(address), new ArrayDeque<>());
    if (times.size() < freeRefusals) {
      return Optional.empty();
    }
    Duration left = Duration.between(clock.instant(), times.getFirst().plus(window));
    return left.isPositive() ? Optional.of(left) : Optional.empty();
  }
}
