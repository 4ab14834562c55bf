package potluck.server.api.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import potluck.server.http.AccessPolicy;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingValues;

/** {@code /api/admin/settings}: every setting, and where its value comes from. */
final class AdminSettingRoutes {
  private final SettingValues values;

  AdminSettingRoutes(SettingValues values) {
    this.values = values;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("GET", "/api/admin/settings", AccessPolicy.AUDIT, this::list));
  }

  /** A text in both languages. */
  record Says(String en, String zh) {}

  record SettingList(List<SettingRow> settings) {}

  /**
   * A setting.
   *
   * @param value null if it is secret
   * @param set whether it is not the default
   * @param origin default, env or file
   * @param file the name of the file; null unless it comes from a file
   * @param deprecatedBy the new name, if this is a former name that is set
   */
  record SettingRow(
      String name,
      Says group,
      @Nullable String value,
      boolean set,
      String origin,
      @Nullable String file,
      @JsonProperty("default") String defaultValue,
      Says says,
      boolean secret,
      @Nullable String deprecatedBy) {}

  private void list(Request request) {
    List<SettingRow> rows = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      rows.add(row(setting, setting.name(), null));
      setting
          .formerName()
          .filter(former -> values.origin(former) != SettingValues.Origin.DEFAULT)
          .ifPresent(former -> rows.add(row(setting, former, setting.name())));
    }
    request.json(new SettingList(rows));
  }

  private SettingRow row(Setting setting, String name, @Nullable String deprecatedBy) {
    SettingValues.Origin origin =
        deprecatedBy == null ? values.origin(setting) : values.origin(name);
    return new SettingRow(
        name,
        new Says(setting.section().en(), setting.section().zh()),
        setting.isSecret() ? null : values.textWithoutPassword(setting),
        origin != SettingValues.Origin.DEFAULT,
        origin.name().toLowerCase(Locale.ROOT),
        origin == SettingValues.Origin.FILE ? values.file() : null,
        setting.defaultValue(),
        new Says(setting.plainEn(), setting.plainZh()),
        setting.isSecret(),
        deprecatedBy);
  }
}
