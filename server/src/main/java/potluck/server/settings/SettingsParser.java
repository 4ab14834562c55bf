package potluck.server.settings;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import potluck.gateway.account.Secret;
import potluck.gateway.key.CidrRanges;
import potluck.gateway.meter.ModelGroups;

/** Checks all values and makes {@link Settings} of them, or reports every problem. One use. */
final class SettingsParser {
  private final SettingValues values;
  private final Path folder;
  private final SecretParser secrets;
  private final AddressParser addresses;
  private final LoginProviderParser logins;

  /**
   * @param folder where the program was started
   */
  SettingsParser(Map<String, String> texts, Path folder) {
    this.values = new SettingValues(texts, folder);
    this.folder = folder;
    this.secrets = new SecretParser(values);
    this.addresses = new AddressParser(values);
    this.logins = new LoginProviderParser(values);
  }

  /**
   * @param secretFiles the secrets in the data folder, for those that are not set
   */
  Settings settings(Function<Path, SecretFiles> secretFiles) {
    checkUnknownNames();
    Arrays.stream(Setting.values()).forEach(this::check);
    Path home = folder.resolve(values.text(Setting.POTLUCK_HOME)).toAbsolutePath().normalize();
    List<Secret> jwt = secrets.jwt();
    List<Secret> fernet = secrets.fernet();
    Settings.Admin admin = secrets.admin();
    Optional<String> database = addresses.database();
    Settings.Upstreams upstreams = addresses.upstreams();
    Settings.Plugin plugin = addresses.plugin();
    checkModelGroups();
    checkPricesFile();
    checkTrustedProxies();
    checkCorsOrigins();
    Optional<Settings.Telemetry> telemetry = addresses.telemetry();
    Optional<URI> redis = addresses.redis();
    Settings.ExternalLogins externalLogins = logins.externalLogins();
    values.check();

    SecretFiles files = secretFiles.apply(home);
    return new Settings(
        values,
        home,
        database,
        redis,
        new Settings.Tokens(
            jwt.isEmpty() ? files.jwt() : jwt,
            !jwt.isEmpty(),
            fernet.isEmpty() ? files.fernet() : fernet,
            !fernet.isEmpty()),
        admin,
        upstreams,
        plugin,
        externalLogins,
        telemetry);
  }

  private void checkTrustedProxies() {
    try {
      CidrRanges.of(values.list(Setting.TRUSTED_PROXIES));
    } catch (IllegalArgumentException e) {
      values.addProblem("TRUSTED_PROXIES: " + e.getMessage() + ".");
    }
  }

  private void checkCorsOrigins() {
    for (String origin : values.list(Setting.CORS_ORIGINS)) {
      if (!origin.matches("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?")) {
        values.addProblem(
            "CORS_ORIGINS: '"
                + origin
                + "' is not an origin such as https://app.example.org (lower case, no path, no *).");
      }
    }
  }

  private void checkModelGroups() {
    try {
      new ModelGroups(values.text(Setting.MODEL_GROUPS));
    } catch (IllegalArgumentException e) {
      values.addProblem("MODEL_GROUPS: " + e.getMessage() + ".");
    }
  }

  private void checkPricesFile() {
    values
        .path(Setting.PRICES_FILE)
        .filter(file -> !Files.isReadable(file))
        .ifPresent(file -> values.addProblem("PRICES_FILE: there is no file " + file + "."));
  }

  private void checkUnknownNames() {
    values.names().stream()
        .filter(name -> name.startsWith("POTLUCK_") && Setting.find(name).isEmpty())
        .sorted()
        .forEach(
            name ->
                values.addProblem(
                    name
                        + " is not a setting"
                        + suggestion(name)
                        + "; './potluck settings' lists all."));
  }

  private static String suggestion(String name) {
    return Arrays.stream(Setting.values())
        .map(Enum::name)
        .filter(known -> EditDistance.between(known, name) <= 4)
        .min((a, b) -> EditDistance.between(a, name) - EditDistance.between(b, name))
        .map(known -> ". Did you mean " + known + "?")
        .orElse("");
  }

  /** Checks a value against the type of its setting. */
  private void check(Setting setting) {
    String value = values.text(setting);
    switch (setting.type()) {
      case SettingType.WholeNumber number when !number.allows(value) ->
          values.addProblem(setting + " is '" + value + "'; it must be " + number.bounds() + ".");
      case SettingType.Choice choice when choice.find(value).isEmpty() ->
          values.addProblem(setting + " is '" + value + "'; it must be " + choice.bounds() + ".");
      case SettingType.SecretText hidden when !value.isEmpty() ->
          secrets.checkStrength(setting, value, hidden.minBytes());
      default -> {}
    }
  }
}
