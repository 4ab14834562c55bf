package potluck.server.api.identity;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import potluck.gateway.identity.Attempts;
import potluck.gateway.identity.Refusals;
import potluck.server.http.ApiError;
import potluck.server.http.Text;

/**
 * Holds up guessing of passwords, by name and by address. A device that its user has logged in from
 * lately is not held up by what others do to the name. Safe for use by many threads.
 */
final class LoginGuard {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final Attempts names;
  private final Refusals addresses;

  LoginGuard(LoginBounds bounds, InstantSource clock) {
    this.names = new Attempts(bounds.free(), bounds.longestWait(), clock);
    this.addresses = new Refusals(bounds.failuresOfAnAddress(), WINDOW, clock);
  }

  /**
   * @param knownDevice asked only where the name is held up
   * @throws ApiError 429 where this one has to wait
   */
  void admit(String username, String address, BooleanSupplier knownDevice) {
    Optional<Duration> wait = addresses.wait(address);
    if (wait.isEmpty()) {
      wait = names.wait(username).filter(_ -> !knownDevice.getAsBoolean());
    }
    if (wait.isPresent()) {
      throw new ApiError(
          429, new Text("登录失败次数过多，请稍后再试", "Too many failed logins; try again later."), wait.get());
    }
  }

  /** Counts an attempt before it is known how it ends, so that guesses at once are all counted. */
  void trying(String username, String address) {
    names.failed(username);
    addresses.add(address);
  }

  /** It ended well: it does not count after all. */
  void succeeded(String username, String address) {
    names.succeeded(username);
    addresses.forgive(address);
  }
}
