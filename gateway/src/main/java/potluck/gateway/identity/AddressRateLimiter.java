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
 * Counts what was refused to each address, and says how long one that was refused too often must
 * wait; an address of IPv6 stands for its subscriber's network. Only refusals count, so whoever
 * does well is never held up by their own traffic. Memory is bounded: the address that was refused
 * longest ago is forgotten first. Safe for use by many threads.
 */
public final class AddressRateLimiter {
  private static final int MAX_ADDRESSES = 10_000;

  private final int freeRefusals;
  private final Duration window;
  private final InstantSource clock;
  private final Map<String, Deque<Instant>> refusals = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param free refusals within the window that have no consequence
   */
  public AddressRateLimiter(int free, Duration window, InstantSource clock) {
    this.freeRefusals = free;
    this.window = window;
    this.clock = clock;
  }

  /** Notes that this address was refused. */
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

  /** Takes back the last refusal of this address. */
  public synchronized void removeLastRefusal(String address) {
    @Nullable Deque<Instant> times = refusals.get(ClientNetwork.rateLimitKey(address));
    if (times != null) {
      times.pollLast();
    }
  }

  /** How long this address must wait; empty where it need not. */
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
