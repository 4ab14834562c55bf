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
public final class Refusals {
  private static final int MOST_ADDRESSES = 10_000;

  private final int free;
  private final Duration window;
  private final InstantSource clock;
  private final Map<String, Deque<Instant>> seen = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param free refusals within the window that have no consequence
   */
  public Refusals(int free, Duration window, InstantSource clock) {
    this.free = free;
    this.window = window;
    this.clock = clock;
  }

  /** Notes that this address was refused. */
  public synchronized void add(String address) {
    Deque<Instant> times =
        seen.computeIfAbsent(Network.subscriber(address), _ -> new ArrayDeque<>());
    times.addLast(clock.instant());
    if (times.size() > free) {
      times.removeFirst();
    }
    if (seen.size() > MOST_ADDRESSES) {
      seen.remove(seen.keySet().iterator().next());
    }
  }

  /** Takes back the last refusal of this address. */
  public synchronized void forgive(String address) {
    @Nullable Deque<Instant> times = seen.get(Network.subscriber(address));
    if (times != null) {
      times.pollLast();
    }
  }

  /** How long this address must wait; empty where it need not. */
  public synchronized Optional<Duration> wait(String address) {
    Deque<Instant> times = seen.getOrDefault(Network.subscriber(address), new ArrayDeque<>());
    if (times.size() < free) {
      return Optional.empty();
    }
    Duration left = Duration.between(clock.instant(), times.getFirst().plus(window));
    return left.isPositive() ? Optional.of(left) : Optional.empty();
  }
}
