package potluck.server.settings;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import potluck.gateway.account.Secret;
import potluck.gateway.key.CidrRanges;
import potluck.gateway.meter.ModelGroups;

/** Checks all values and makes {@link Settings} of them, or reports every problem. One use. */
final class SettingsParser {
  /** An unknown name in {@code .env} within so many edits of a setting is a typing error. */
  private static final int MAX_TYPO = 2;

  private static final int MAX_SUGGESTION_DISTANCE = 4;

  private final SettingValues values;
  private final Path folder;
  private final SecretParser secrets;
  private final AddressParser addresses;
  private final LoginProviderParser logins;

  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final Path fileName;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param environment values that take precedence
   * @param folder in which Potluck was started
   */
  SettingsParser(Map<String, String> environment, Path folder) {
    this.environment = environment;
    this.fileName = DotEnv.locate(environment, folder);
    this.file = DotEnv.read(fileName);
    this.values = new SettingValues(merged(), environment.keySet(), fileName, folder);
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
    PublicUrl.check(values);
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
        telemetry,
        List.copyOf(warnings));
  }

  /** All values; one with a former name counts if the new name has none. */
  private Map<String, String> merged() {
    Map<String, String> all = new HashMap<>(file);
    all.putAll(environment);
    for (Setting setting : Setting.values()) {
      String former = setting.formerName().orElse("");
      if (all.containsKey(former)) {
        warnings.add(former + " is now named " + setting + "; the former name still works.");
        all.putIfAbsent(setting.name(), all.get(former));
      }
    }
    return all;
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

  /**
   * An unknown name stops the start if it is likely meant to be a setting: anything with our
   * prefix, and what is within two edits of a setting in {@code .env}. Any other name in {@code
   * .env} is a warning; the environment has many names that are not ours.
   */
  private void checkUnknownNames() {
    values.names().stream()
        .filter(name -> !isKnown(name))
        .sorted()
        .forEach(
            name -> {
              boolean inFile = file.containsKey(name);
              boolean ours = name.startsWith("POTLUCK_");
              if (ours || (inFile && distance(name) <= MAX_TYPO)) {
                values.addProblem(
                    name
                        + " is not a setting"
                        + suggestion(name)
                        + " './potluck settings' lists all settings.");
              } else if (inFile) {
                warnings.add(fileName + " sets " + name + ", which is not a setting.");
              }
            });
  }

  private boolean isKnown(String name) {
    return Setting.find(name).isPresent()
        || Arrays.stream(Setting.values())
            .anyMatch(setting -> setting.formerName().filter(name::equals).isPresent())
        || name.startsWith(LoginProviderParser.PREFIX)
        || providersFile().contains("${" + name + "}");
  }

  /** The text of {@code PROVIDERS_FILE}, which may use any variable; empty if it cannot be read. */
  private String providersFile() {
    try {
      return values.path(Setting.PROVIDERS_FILE).filter(Files::isReadable).isPresent()
          ? Files.readString(values.path(Setting.PROVIDERS_FILE).get())
          : "";
    } catch (IOException e) {
      return ""; // Its own check reports it.
    }
  }

  private static String suggestion(String name) {
    return distance(name) <= MAX_SUGGESTION_DISTANCE
        ? ". Did you mean " + nearest(name) + "?"
        : ".";
  }

  private static int distance(String name) {
    return EditDistance.between(nearest(name), name);
  }

  private static String nearest(String name) {
    return Arrays.stream(Setting.values())
        .map(Enum::name)
        .min(Comparator.comparingInt(known -> EditDistance.between(known, name)))
        .orElseThrow();
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
