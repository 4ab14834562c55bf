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
final class Reading {
  private final Given given;
  private final Path folder;
  private final GivenSecrets secrets;
  private final GivenAddresses addresses;
  private final GivenLogins logins;

  /**
   * @param folder where the program was started
   */
  Reading(Map<String, String> values, Path folder) {
    this.given = new Given(values);
    this.folder = folder;
    this.secrets = new GivenSecrets(given);
    this.addresses = new GivenAddresses(given, folder);
    this.logins = new GivenLogins(given);
  }

  /**
   * @param houses the secrets of a home, for those that are not given
   */
  Settings settings(Function<Path, HouseSecrets> houses) {
    unknown();
    Arrays.stream(Setting.values()).forEach(this::check);
    Path home = folder.resolve(given.text(Setting.POTLUCK_HOME)).toAbsolutePath().normalize();
    boolean production = given.choice(Setting.APP_ENV).equals("production");
    List<Secret> jwt = secrets.jwt();
    List<Secret> fernet = secrets.fernet();
    Settings.Admin admin = secrets.admin();
    Settings.Listen listen =
        new Settings.Listen(
            given.text(Setting.HOST),
            (int) given.number(Setting.PORT),
            given.text(Setting.METRICS_HOST),
            (int) given.number(Setting.METRICS_PORT));
    Optional<String> database = addresses.database();
    Settings.Upstreams upstreams = addresses.upstreams();
    Settings.Plugin plugin = addresses.plugin();
    Settings.Quotas quotas = quotas();
    Settings.Pooling pooling = pooling();
    Settings.Doors doors = doors();
    Optional<Settings.Telemetry> telemetry = addresses.telemetry();
    Optional<URI> redis = addresses.redis();
    Settings.ForeignLogins foreign = logins.foreign();
    Settings.Limits limits = limits();
    Settings.Shutdown shutdown =
        new Settings.Shutdown(
            given.seconds(Setting.SHUTDOWN_ACCEPT_SECONDS),
            given.seconds(Setting.SHUTDOWN_DRAIN_SECONDS));
    boolean debug = given.choice(Setting.DEBUG_LOG).equals("true");
    Settings.Logs logs =
        new Settings.Logs(
            debug ? "DEBUG" : given.choice(Setting.LOG_LEVEL),
            given.choice(Setting.POTLUCK_LOG_FORMAT).equals("json"));
    Duration accessLife = Duration.ofHours(given.number(Setting.JWT_EXPIRE_HOURS));
    Duration refreshLife = Duration.ofDays(given.number(Setting.REFRESH_TOKEN_EXPIRE_DAYS));
    boolean demo = given.choice(Setting.POTLUCK_DEMO).equals("true");
    given.check();
    HouseSecrets made = houses.apply(home);
    return new Settings(
        listen,
        home,
        database,
        given.seconds(Setting.DATABASE_SECONDS),
        redis,
        new Settings.Tokens(
            jwt.isEmpty() ? made.jwt() : jwt,
            !jwt.isEmpty(),
            accessLife,
            refreshLife,
            given.seconds(Setting.REFRESH_GRACE_SECONDS),
            given.choice(Setting.REFRESH_REUSE).equals("family"),
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
            given.choice(Setting.CC_WHOLE).equals("true"),
            given.seconds(Setting.STREAM_PULSE_SECONDS)),
        quotas,
        pooling,
        telemetry,
        production,
        demo && !production && plugin.service().isEmpty());
  }

  private Settings.Limits limits() {
    return new Settings.Limits(
        given.number(Setting.POTLUCK_MAX_BODY_BYTES),
        given.number(Setting.POTLUCK_MAX_PUBLIC_BODY_BYTES),
        (int) given.number(Setting.POTLUCK_MAX_BODIES_PERCENT),
        (int) given.number(Setting.POTLUCK_MAX_JSON_DEPTH),
        given.number(Setting.POTLUCK_MAX_ANSWER_BYTES),
        (int) given.number(Setting.POTLUCK_MAX_HEADER_BYTES),
        (int) given.number(Setting.POTLUCK_MAX_HEADERS),
        (int) given.number(Setting.POTLUCK_MAX_URI_BYTES),
        new Settings.Connected(
            (int) given.number(Setting.POTLUCK_MAX_CONNECTIONS),
            (int) given.number(Setting.POTLUCK_MAX_CONNECTIONS_PER_ADDRESS),
            given.seconds(Setting.POTLUCK_HEAD_SECONDS),
            given.seconds(Setting.POTLUCK_STALL_SECONDS),
            given.number(Setting.POTLUCK_STALL_BYTES),
            given.seconds(Setting.POTLUCK_KEEP_ALIVE_SECONDS)),
        new Settings.Guessing(
            (int) given.number(Setting.LOGIN_FREE_FAILURES),
            given.seconds(Setting.LOGIN_LONGEST_WAIT_SECONDS),
            (int) given.number(Setting.LOGIN_FAILURES_PER_ADDRESS),
            (int) given.number(Setting.LOGIN_MOST_WAITING)));
  }

  private Settings.Doors doors() {
    List<String> proxies = given.list(Setting.TRUSTED_PROXIES);
    try {
      potluck.gateway.key.Networks.of(proxies);
    } catch (IllegalArgumentException e) {
      given.wrong("TRUSTED_PROXIES: " + e.getMessage() + ".");
    }
    List<String> origins = given.list(Setting.CORS_ORIGINS);
    for (String origin : origins) {
      if (!origin.matches("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?")) {
        given.wrong(
            "CORS_ORIGINS: '"
                + origin
                + "' is no origin; one looks like https://app.example.org: in small letters, without a path or a *.");
      }
    }
    return new Settings.Doors(
        potluck.gateway.identity.Registration.Mode.valueOf(
            given.choice(Setting.REGISTRATION).toUpperCase(java.util.Locale.ROOT)),
        given.choice(Setting.CHECK_USERNAME).equals("true"),
        (int) given.number(Setting.API_KEYS_PER_USER),
        (int) given.number(Setting.ACCOUNTS_PER_USER),
        proxies,
        origins);
  }

  private Settings.Quotas quotas() {
    String groups = given.text(Setting.MODEL_GROUPS);
    try {
      new potluck.gateway.meter.Groups(groups);
    } catch (IllegalArgumentException e) {
      given.wrong("MODEL_GROUPS: " + e.getMessage() + ".");
    }
    Optional<Path> prices = given.find(Setting.PRICES_FILE).map(folder::resolve);
    prices
        .filter(file -> !java.nio.file.Files.isReadable(file))
        .ifPresent(file -> given.wrong("PRICES_FILE: there is no file " + file + "."));
    return new Settings.Quotas(
        // Where the pool is elsewhere, quotas are kept there.
        given.choice(Setting.QUOTA).equals("enforced")
            && given.find(Setting.PLUGIN_API_BASE_URL).isEmpty(),
        given.choice(Setting.QUOTA_UNIT),
        given.number(Setting.QUOTA_ACCOUNT_USD),
        given.number(Setting.QUOTA_BASE_PERCENT),
        given.number(Setting.QUOTA_BASE_HOURLY_PERCENT),
        given.number(Setting.QUOTA_HOURLY_PERCENT),
        given.seconds(Setting.QUOTA_WAIT_SECONDS),
        groups,
        prices,
        given.number(Setting.USAGE_RETENTION_DAYS),
        given.choice(Setting.USAGE_LOG_BODIES).equals("true"),
        given.number(Setting.USAGE_LOG_BODY_DAYS));
  }

  private Settings.Pooling pooling() {
    return new Settings.Pooling(
        (int) given.number(Setting.POOL_MOST_WAITING),
        given.seconds(Setting.POOL_WAIT_SECONDS),
        (int) given.number(Setting.POOL_ATTEMPTS),
        (int) given.number(Setting.POOL_RETRY_PERCENT),
        given.seconds(Setting.POOL_REST_SECONDS),
        given.seconds(Setting.POOL_AFFINITY_SECONDS),
        (int) given.number(Setting.POOL_AFFINITY_CONVERSATIONS));
  }

  private void unknown() {
    given.names().stream()
        .filter(name -> name.startsWith("POTLUCK_") && Setting.find(name).isEmpty())
        .sorted()
        .forEach(
            name ->
                given.wrong(
                    name + " is no setting" + nearest(name) + "; './potluck settings' lists all."));
  }

  private static String nearest(String name) {
    return Arrays.stream(Setting.values())
        .map(Enum::name)
        .filter(known -> Distance.between(known, name) <= 4)
        .min((a, b) -> Distance.between(a, name) - Distance.between(b, name))
        .map(known -> ". Did you mean " + known + "?")
        .orElse("");
  }

  /** Holds what is given to the kind that the setting is of. */
  private void check(Setting setting) {
    String value = given.text(setting);
    switch (setting.kind()) {
      case Kind.Whole number when !number.allows(value) ->
          given.wrong(setting + " is '" + value + "'; it must be " + number.bounds() + ".");
      case Kind.Choice choice when choice.find(value).isEmpty() ->
          given.wrong(setting + " is '" + value + "'; it must be " + choice.bounds() + ".");
      case Kind.Hidden hidden when !value.isEmpty() ->
          secrets.hard(setting, value, hidden.shortest());
      default -> {}
    }
  }
}
