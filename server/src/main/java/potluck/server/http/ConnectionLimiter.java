package potluck.server.http;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.gateway.key.CidrRanges;

/**
 * Decides which connections stay. When the limit is reached, it closes those that have been idle
 * longest or send their head slowly; if all are busy, it answers 503. Thread-safe.
 */
final class ConnectionLimiter {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimiter.class);

  /** The share of idle connections that is closed at once, because finding them takes a while. */
  private static final int EVICTION_DIVISOR = 64;

  private static final int MAX_TRIES = 3;

  private static final long LOG_INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

  private static final Failure FULL =
      refusal("The server has reached its maximum of connections; try again shortly.");
  private static final Failure TOO_MANY =
      refusal(
          "There are too many connections from your address; close some, or reuse them for several requests. An operator can raise POTLUCK_MAX_CONNECTIONS_PER_ADDRESS.");

  private final SocketBudget sockets;
  private final ConnectionCounts counts;

  /** How many refused connections get a response at once; more are closed without one. */
  private final int maxRejectionResponses;

  private final Set<ConnectionInput> open;
  private final Map<ConnectionInput, ConnectionPermit> permits = new ConcurrentHashMap<>();
  private final AtomicInteger rejectionResponses = new AtomicInteger();
  private long lastLoggedAt = System.nanoTime() - LOG_INTERVAL_NANOS;

  /**
   * @param many addresses without a limit per address
   * @param open all connections
   */
  ConnectionLimiter(
      ServerLimits.ConnectionLimits limits, CidrRanges many, Set<ConnectionInput> open) {
    this.sockets = new SocketBudget(limits.maxSockets());
    this.counts = new ConnectionCounts(sockets, limits.max(), limits.maxPerAddress(), many);
    this.open = open;
    this.maxRejectionResponses = limits.maxRejectionResponses();
  }

  private static Failure refusal(String message) {
    return Failure.of(Kind.UNAVAILABLE, message).retryAfter(Duration.ofSeconds(1));
  }

  /**
   * Admits a connection, or prepares its refusal.
   *
   * @return false if it must be closed at once
   */
  boolean admit(ConnectionInput input, String address) {
    ConnectionCounts.Admission answer = counts.tryAcquire(address);
    // Another connection may have taken the place that was freed.
    for (int tries = 0;
        answer == ConnectionCounts.Admission.FULL && tries < MAX_TRIES && closeIdlest();
        tries++) {
      answer = counts.tryAcquire(address);
    }
    if (answer == ConnectionCounts.Admission.ADMITTED) {
      permits.put(input, new ConnectionPermit(counts, address));
      return true;
    }
    logRefusal(answer, address);
    if (rejectionResponses.incrementAndGet() > maxRejectionResponses) {
      rejectionResponses.decrementAndGet();
      return false;
    }
    input.reject(answer == ConnectionCounts.Admission.FULL ? FULL : TOO_MANY);
    return true;
  }

  /**
   * A call starts that needs an upstream connection.
   *
   * @throws FailureException UNAVAILABLE if none is possible
   */
  void callStarted() {
    if (!sockets.tryAcquire() && !(closeIdlest() && sockets.tryAcquire())) {
      throw new FailureException(FULL);
    }
  }

  /** A call has ended. */
  void callEnded() {
    sockets.release();
  }

  /** A connection has ended. */
  void connectionClosed(ConnectionInput input) {
    @Nullable ConnectionPermit permit = permits.remove(input);
    if (permit != null) {
      permit.close();
    } else if (input.rejection() != null) {
      rejectionResponses.decrementAndGet();
    }
  }

  /** Closes the connections that have been idle longest; false if none is idle. */
  private synchronized boolean closeIdlest() {
    if (!counts.isFull()) {
      return true;
    }
    record Resting(ConnectionInput input, long nanos) {}
    long now = System.nanoTime();
    List<Resting> resting =
        open.stream()
            .filter(permits::containsKey)
            .map(input -> new Resting(input, input.timeouts().evictableNanos(now)))
            .filter(each -> each.nanos() >= 0)
            .sorted(Comparator.comparingLong(Resting::nanos).reversed())
            .toList();
    resting.stream()
        .limit(Math.max(1, resting.size() / EVICTION_DIVISOR))
        .forEach(
            each -> {
              @Nullable ConnectionPermit permit = permits.remove(each.input());
              if (permit != null) {
                permit.close();
                each.input().close();
              }
            });
    return !resting.isEmpty();
  }

  private synchronized void logRefusal(ConnectionCounts.Admission answer, String address) {
    counts.countRefused();
    long now = System.nanoTime();
    if (now - lastLoggedAt >= LOG_INTERVAL_NANOS) {
      lastLoggedAt = now;
      LOG.warn(
          "connections are refused: {}; {} since the start",
          answer == ConnectionCounts.Admission.FULL
              ? "all " + counts.size() + " connections are busy (POTLUCK_MAX_CONNECTIONS)"
              : "too many connections from " + address + " (POTLUCK_MAX_CONNECTIONS_PER_ADDRESS)",
          counts.refused());
    }
  }

  /** Open connections. */
  int size() {
    return counts.size();
  }

  /** Connections that were refused since the start. */
  long refused() {
    return counts.refused();
  }
}
