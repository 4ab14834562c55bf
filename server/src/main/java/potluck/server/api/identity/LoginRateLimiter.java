package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import potluck.gateway.identity.AddressRateLimiter;
import potluck.gateway.identity.LoginBackoff;
import potluck.server.http.ApiError;
import potluck.server.http.LocalizedText;

/**
 * Holds up guessing of passwords, by name and by address. A device that its user has logged in from
 * lately is not held up by what others do to the name. Safe for use by many threads.
 */
final class LoginRateLimiter {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final LoginBackoff names;
  private final AddressRateLimiter addresses;

  LoginRateLimiter(LoginLimits bounds, InstantSource clock) {
    this.names = new LoginBackoff(bounds.freeFailures(), bounds.maxWait(), clock);
    this.addresses = new AddressRateLimiter(bounds.maxFailuresPerAddress(), WINDOW, clock);
  }

  /**
   * @param knownDevice asked only where the name is held up
   * @throws ApiError 429 where this one has to wait
   */
  void check(String username, String address, BooleanSupplier knownDevice) {
    Optional<Duration> wait = addresses.retryAfter(address);
    if (wait.isEmpty()) {
      wait = names.retryAfter(username).filter(_ -> !knownDevice.getAsBoolean());
    }
    if (wait.isPresent()) {
      throw new ApiError(
          429,
          new LocalizedText("登录失败次数过多，请稍后再试", "Too many failed logins; try again later."),
          wait.get());
    }
  }

  /** Counts an attempt before it is known how it ends, so that guesses at once are all counted. */
  void countAttempt(String username, String address) {
    names.recordFailure(username);
    addresses.recordRefusal(address);
  }

  /** It ended well: it does not count after all. */
  void loginSucceeded(String username, String address) {
    names.recordSuccess(username);
    addresses.removeLastRefusal(address);
  }
}
