package potluck.server.settings;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import potluck.gateway.account.Secret;

/** Parses keys and passwords; problems are reported without the value. */
final class SecretParser {
  private static final int MIN_JWT_BYTES = 32;

  private final SettingValues values;

  SecretParser(SettingValues values) {
    this.values = values;
  }

  /** Never shows the value. */
  void checkStrength(Setting setting, String value, int shortest) {
    String instead =
        setting == Setting.ADMIN_PASSWORD
            ? "choose another one, or leave it and ADMIN_USERNAME empty to get a setup link."
            : "leave it empty to have one created.";
    if (WeakSecrets.isWeak(value)) {
      values.addProblem(setting + " is a well-known placeholder; " + instead);
    } else if (value.getBytes(StandardCharsets.UTF_8).length < shortest) {
      values.addProblem(setting + " is shorter than " + shortest + " bytes; " + instead);
    }
  }

  /** A list if each part is long enough; otherwise one secret, which may contain commas. */
  List<Secret> jwt() {
    List<String> parts =
        Arrays.stream(values.text(Setting.JWT_SECRET_KEY).split(",")).map(String::strip).toList();
    boolean several =
        parts.stream()
            .allMatch(part -> part.getBytes(StandardCharsets.UTF_8).length >= MIN_JWT_BYTES);
    return several
        ? parts.stream().map(Secret::new).toList()
        : values.find(Setting.JWT_SECRET_KEY).map(Secret::new).stream().toList();
  }

  List<Secret> fernet() {
    List<Secret> keys = new ArrayList<>();
    for (String key : values.text(Setting.PLUGIN_API_ENCRYPTION_KEY).split(",")) {
      if (key.isBlank() || WeakSecrets.isWeak(key.strip())) {
        continue;
      }
      if (isFernet(key.strip())) {
        keys.add(new Secret(key.strip()));
      } else {
        values.addProblem(
            "PLUGIN_API_ENCRYPTION_KEY is not a Fernet key (32 bytes in URL-safe base64); './potluck keygen' prints one.");
      }
    }
    return keys;
  }

  static boolean isFernet(String key) {
    try {
      return Base64.getUrlDecoder().decode(key).length == 32;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  Settings.Admin admin() {
    Optional<String> name = values.find(Setting.ADMIN_USERNAME);
    Optional<String> password = values.find(Setting.ADMIN_PASSWORD);
    if (name.isPresent() != password.isPresent()) {
      values.addProblem("ADMIN_USERNAME and ADMIN_PASSWORD belong together; set both or neither.");
    }
    name.filter(text -> !text.matches("[\\w.-]{3,50}"))
        .ifPresent(
            _ ->
                values.addProblem(
                    "ADMIN_USERNAME must have 3 to 50 letters, digits, '.', '-', '_'."));
    return new Settings.Admin(name, password.map(Secret::new));
  }
}
