package potluck.server.api.identity;

import java.time.Duration;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;

/**
 * Limits of failed password logins. Immutable.
 *
 * @param freeFailures failures in a row for one user name that have no consequence
 * @param maxWait the longest wait before the next attempt
 * @param maxFailuresPerAddress in one minute
 */
public record LoginLimits(int freeFailures, Duration maxWait, int maxFailuresPerAddress) {
  public static LoginLimits read(SettingValues values) {
    return new LoginLimits(
        values.integer(Setting.LOGIN_FREE_FAILURES),
        values.seconds(Setting.LOGIN_LONGEST_WAIT_SECONDS),
        values.integer(Setting.LOGIN_FAILURES_PER_ADDRESS));
  }
}
