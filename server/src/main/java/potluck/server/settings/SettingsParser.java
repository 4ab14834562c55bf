package potluck.server.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import potluck.gateway.account.Secret;

/** Turns texts into {@link Settings}, and gathers everything that is wrong on the way. One use. */
final class SettingsParser {
  private final RawSettings raw;
  private final Path folder;
  private final SecretParser secrets;
  private final AddressParser addresses;
  private final LoginProviderParser logins;

  /**
   * @param folder where the program was started
   */
  SettingsParser(Map<String, String> values, Path folder) {
    this.raw = new RawSettings(values);
    this.folder = folder;
    this.secrets = new SecretParser(raw);
    this.addresses = new AddressParser(raw, folder);
    this.logins = new LoginProviderParser(raw);
  }

  /**
   * @param houses the secrets of a home, for those that are not given
   */
  Settings settings(Function<Path, SecretFiles> houses) {
    checkUnknownNames();
    Arrays.stream(Setting.values()).forEach(this::check);
    Path home = folder.resolve(raw.text(Setting.POTLUCK_HOME)).toAbsolutePath().normalize();
    boolean production = raw.choice(Setting.APP_ENV).equals("production");
    List<Secret> jwt = secrets.jwt();
    List<Secret> fernet = secrets.fernet();
    Settings.Admin admin = secrets.admin();
    Settings.Listen listen =
        new Settings.Listen(
            raw.text(Setting.HOST),
            (int) raw.number(Setting.PORT),
            raw.text(Setting.METRICS_HOST),
            (int) raw.number(Setting.METRICS_PORT));
    Optional<String> database = addresses.database();
    Settings.Upstreams upstreams = addresses.upstreams();
    Settings.Plugin plugin = addresses.plugin();
    Settings.Quotas quotas = quotas();
    Settings.Pooling pooling = pooling();
    Settings.Access doors = access();
    Optional<Settings.Telemetry> telemetry = addresses.telemetry();
    Optional<URI> redis = addresses.redis();
    Settings.ExternalLogins foreign = logins.externalLogins();
    Settings.Limits limits = limits();
    Settings.Shutdown shutdown =
        new Settings.Shutdown(
            raw.seconds(Setting.SHUTDOWN_ACCEPT_SECONDS),
            raw.seconds(Setting.SHUTDOWN_DRAIN_SECONDS));
    boolean debug = raw.choice(Setting.DEBUG_LOG).equals("true");
    Settings.Logs logs =
        new Settings.Logs(
            debug ? "DEBUG" : raw.choice(Setting.LOG_LEVEL),
            raw.choice(Setting.POTLUCK_LOG_FORMAT).equals("json"));
    Duration accessLife = Duration.ofHours(raw.number(Setting.JWT_EXPIRE_HOURS));
    Duration refreshLife = Duration.ofDays(raw.number(Setting.REFRESH_TOKEN_EXPIRE_DAYS));
    boolean demo = raw.choice(Setting.POTLUCK_DEMO).equals("true");
    raw.check();
    SecretFiles made = houses.apply(home);
    return new Settings(
        listen,
        home,
        database,
        raw.seconds(Setting.DATABASE_SECONDS),
        redis,
        new Settings.Tokens(
            jwt.isEmpty() ? made.jwt() : jwt,
            !jwt.isEmpty(),
            accessLife,
            refreshLife,
            raw.seconds(Setting.REFRESH_GRACE_SECONDS),
            raw.choice(Setting.REFRESH_REUSE).equals("family"),
            fernet.isEmpty() ? made.fernet() : fernet,
            !fernet.isEmpty()),
        admin,
        upstreams,
        plugin,
        limits,
        shutdown,
        logs,
        doors,
        foreign,
        new Settings.Streams(
            raw.choice(Setting.CC_WHOLE).equals("true"), raw.seconds(Setting.STREAM_PULSE_SECONDS)),
        quotas,
        pooling,
        telemetry,
        production,
        demo && !production && plugin.service().isEmpty());
  }

  private Settings.Limits limits() {
    return new Settings.Limits(
        raw.number(Setting.POTLUCK_MAX_BODY_BYTES),
        raw.number(Setting.POTLUCK_MAX_PUBLIC_BODY_BYTES),
        (int) raw.number(Setting.POTLUCK_MAX_BODIES_PERCENT),
        (int) raw.number(Setting.POTLUCK_MAX_JSON_DEPTH),
        raw.number(Setting.POTLUCK_MAX_ANSWER_BYTES),
        (int) raw.number(Setting.POTLUCK_MAX_HEADER_BYTES),
        (int) raw.number(Setting.POTLUCK_MAX_HEADERS),
        (int) raw.number(Setting.POTLUCK_MAX_URI_BYTES),
        new Settings.Connected(
            (int) raw.number(Setting.POTLUCK_MAX_CONNECTIONS),
            (int) raw.number(Setting.POTLUCK_MAX_CONNECTIONS_PER_ADDRESS),
            raw.seconds(Setting.POTLUCK_HEAD_SECONDS),
            raw.seconds(Setting.POTLUCK_STALL_SECONDS),
            raw.number(Setting.POTLUCK_STALL_BYTES),
            raw.seconds(Setting.POTLUCK_KEEP_ALIVE_SECONDS)),
        new Settings.LoginAttempts(
            (int) raw.number(Setting.LOGIN_FREE_FAILURES),
            raw.seconds(Setting.LOGIN_LONGEST_WAIT_SECONDS),
            (int) raw.number(Setting.LOGIN_FAILURES_PER_ADDRESS),
            (int) raw.number(Setting.LOGIN_MOST_WAITING)));
  }

  private Settings.Access access() {
    List<String> proxies = raw.list(Setting.TRUSTED_PROXIES);
    try {
      potluck.gateway.key.CidrRanges.of(proxies);
    } catch (IllegalArgumentException e) {
      raw.addProblem("TRUSTED_PROXIES: " + e.getMessage() + ".");
    }
    List<String> origins = raw.list(Setting.CORS_ORIGINS);
    for (String origin : origins) {
      if (!origin.matches("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?")) {
        raw.addProblem(
            "CORS_ORIGINS: '"
                + origin
                + "' is no origin; one looks like https://app.example.org: in small letters, without a path or a *.");
      }
    }
    return new Settings.Access(
        potluck.gateway.identity.Registration.Mode.valueOf(
            raw.choice(Setting.REGISTRATION).toUpperCase(java.util.Locale.ROOT)),
        raw.choice(Setting.CHECK_USERNAME).equals("true"),
        (int) raw.number(Setting.API_KEYS_PER_USER),
        (int) raw.number(Setting.ACCOUNTS_PER_USER),
        proxies,
        origins);
  }

  private Settings.Quotas quotas() {
    String groups = raw.text(Setting.MODEL_GROUPS);
    try {
      new potluck.gateway.meter.ModelGroups(groups);
    } catch (IllegalArgumentException e) {
      raw.addProblem("MODEL_GROUPS: " + e.getMessage() + ".");
    }
    Optional<Path> prices = raw.find(Setting.PRICES_FILE).map(folder::resolve);
    prices
        .filter(file -> !java.nio.file.Files.isReadable(file))
        .ifPresent(file -> raw.addProblem("PRICES_FILE: there is no file " + file + "."));
    return new Settings.Quotas(
        // Where the pool is elsewhere, quotas are kept there.
        raw.choice(Setting.QUOTA).equals("enforced")
            && raw.find(Setting.PLUGIN_API_BASE_URL).isEmpty(),
        raw.choice(Setting.QUOTA_UNIT),
        raw.number(Setting.QUOTA_ACCOUNT_USD),
        raw.number(Setting.QUOTA_BASE_PERCENT),
        raw.number(Setting.QUOTA_BASE_HOURLY_PERCENT),
        raw.number(Setting.QUOTA_HOURLY_PERCENT),
        raw.seconds(Setting.QUOTA_WAIT_SECONDS),
        groups,
        prices,
        raw.number(Setting.USAGE_RETENTION_DAYS),
        raw.choice(Setting.USAGE_LOG_BODIES).equals("true"),
        raw.number(Setting.USAGE_LOG_BODY_DAYS));
  }

  private Settings.Pooling pooling() {
    return new Settings.Pooling(
        (int) raw.number(Setting.POOL_MOST_WAITING),
        raw.seconds(Setting.POOL_WAIT_SECONDS),
        (int) raw.number(Setting.POOL_ATTEMPTS),
        (int) raw.number(Setting.POOL_RETRY_PERCENT),
        raw.seconds(Setting.POOL_REST_SECONDS),
        raw.seconds(Setting.POOL_AFFINITY_SECONDS),
        (int) raw.number(Setting.POOL_AFFINITY_CONVERSATIONS));
  }

  private void checkUnknownNames() {
    raw.names().stream()
        .filter(name -> name.startsWith("POTLUCK_") && Setting.find(name).isEmpty())
        .sorted()
        .forEach(
            name ->
                raw.addProblem(
                    name
                        + " is no setting"
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

  /** Holds what is given to the kind that the setting is of. */
  private void check(Setting setting) {
    String value = raw.text(setting);
    switch (setting.type()) {
      case SettingType.WholeNumber number when !number.allows(value) ->
          raw.addProblem(setting + " is '" + value + "'; it must be " + number.bounds() + ".");
      case SettingType.Choice choice when choice.find(value).isEmpty() ->
          raw.addProblem(setting + " is '" + value + "'; it must be " + choice.bounds() + ".");
      case SettingType.SecretText hidden when !value.isEmpty() ->
          secrets.checkStrength(setting, value, hidden.minBytes());
      default -> {}
    }
  }
}
