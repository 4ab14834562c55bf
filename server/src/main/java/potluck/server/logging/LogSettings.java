package potluck.server.logging;

import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;

/**
 * The settings of the log. Immutable.
 *
 * @param level such as INFO
 * @param json whether lines are JSON objects
 */
public record LogSettings(String level, boolean json) {
  public static LogSettings read(SettingValues values) {
    return new LogSettings(
        values.isTrue(Setting.DEBUG_LOG) ? "DEBUG" : values.choice(Setting.LOG_LEVEL),
        values.choice(Setting.POTLUCK_LOG_FORMAT).equals("json"));
  }
}
