package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import potluck.gateway.identity.AddressRateLimiter;
import potluck.gateway.identity.LoginBackoff;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;

/**
 * Limits failed password logins by user name and by address. A device from which the user logged in
 * lately is not slowed down by others who guess. Thread-safe.
 */
final class LoginRateLimiter {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final LoginBackoff names;
  private final AddressRateLimiter addresses;

  LoginRateLimiter(LoginLimits limits, InstantSource clock) {
    this.names = new LoginBackoff(limits.freeFailures(), limits.maxWait(), clock);
    this.addresses = new AddressRateLimiter(limits.maxFailuresPerAddress(), WINDOW, clock);
  }

  /**
   * Checks whether a login may be tried.
   *
   * @param knownDevice asked only if the name is limited
   * @throws ApiError 429 with the time to wait
   */
  void check(String username, String address, BooleanSupplier knownDevice) {
    Optional<Duration> wait = addresses.retryAfter(address);
    if (wait.isEmpty()) {
      wait = names.retryAfter(username).filter(_ -> !knownDevice.getAsBoolean());
    }
    if (wait.isPresent()) {
      throw new ApiError(429, MessageKey.TOO_MANY_FAILED_LOGINS.text(), wait.get());
    }
  }

  /** Counts an attempt before its result is known, so that parallel guesses are all counted. */
  void countAttempt(String username, String address) {
    names.recordFailure(username);
    addresses.recordRefusal(address);
  }

  /** Removes the attempt from the count after a successful login. */
  void loginSucceeded(String username, String address) {
    names.recordSuccess(username);
    addresses.removeLastRefusal(address);
  }
}
