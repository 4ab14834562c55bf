package potluck.gateway.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Exponential backoff for failed logins of one user name: after a number of free failures, each
 * failure doubles the wait, from one second up to a maximum. Unknown names are treated the same.
 * Keeps at most 10,000 names and then forgets the one used longest ago. Thread-safe.
 */
public final class LoginBackoff {
  private static final Duration RESET_AFTER = Duration.ofHours(1);
  private static final int MAX_NAMES = 10_000;
  private static final int MAX_KEY_CHARS = 64;

  private final int freeFailures;
  private final Duration maxWait;
  private final InstantSource clock;
  private final Map<String, FailureCount> failures = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param freeFailures number of failures in a row without a wait
   * @param maxWait longest wait
   */
  public LoginBackoff(int freeFailures, Duration maxWait, InstantSource clock) {
    this.freeFailures = freeFailures;
    this.maxWait = maxWait;
    this.clock = clock;
  }

  private record FailureCount(int count, Instant last) {}

  /** How long logins with this name must wait; empty if they need not. */
  public synchronized Optional<Duration> retryAfter(String username) {
    @Nullable FailureCount known = failures.get(key(username));
    if (known == null || known.count() < freeFailures) {
      return Optional.empty();
    }
    long seconds = Math.min(maxWait.toSeconds(), 1L << Math.min(20, known.count() - freeFailures));
    Duration left = Duration.between(clock.instant(), known.last().plusSeconds(seconds));
    return left.isPositive() ? Optional.of(left) : Optional.empty();
  }

  public synchronized void recordFailure(String username) {
    Instant now = clock.instant();
    String key = key(username);
    @Nullable FailureCount known = failures.get(key);
    boolean startsOver = known == null || known.last().plus(RESET_AFTER).isBefore(now);
    failures.put(key, new FailureCount(startsOver || known == null ? 1 : known.count() + 1, now));
    if (failures.size() > MAX_NAMES) {
      failures.remove(failures.keySet().iterator().next());
    }
  }

  public synchronized void recordSuccess(String username) {
    failures.remove(key(username));
  }

  private static String key(String username) {
    String lower = username.toLowerCase(Locale.ROOT);
    return lower.length() <= MAX_KEY_CHARS ? lower : lower.substring(0, MAX_KEY_CHARS);
  }
}
