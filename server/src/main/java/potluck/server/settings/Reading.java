package potluck.server.settings;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.login.LoginProvider;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.upstream.Bounds;

/** Turns texts into {@link Settings}, and gathers everything that is wrong on the way. One use. */
final class Reading {
  private static final Pattern DATABASE =
      Pattern.compile(
          "postgres(ql)?(\\+\\w+)?://([^@/\\s]+@)?(\\[[0-9a-fA-F:.]+]|[\\w.-]+)(:[0-9]{1,5})?/[^/?\\s]+(\\?\\S*)?");

  private static final String PLUGIN_BASE =
      "https?://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[\\w./-]*)?";
  private static final int SHORTEST_JWT = 32;

  private final Map<String, String> values;
  private final Path folder;
  private final List<String> problems = new ArrayList<>();

  Reading(Map<String, String> values, Path folder) {
    this.values = values;
    this.folder = folder;
  }

  Settings settings() {
    unknown();
    Arrays.stream(Setting.values()).forEach(this::check);
    Path home = folder.resolve(text(Setting.POTLUCK_HOME)).toAbsolutePath().normalize();
    boolean production = choice(Setting.APP_ENV).equals("production");
    List<Secret> jwt = jwt();
    List<Secret> fernet = fernet();
    Settings.Admin admin = admin();
    Settings.Listen listen =
        new Settings.Listen(
            text(Setting.HOST),
            (int) number(Setting.PORT),
            text(Setting.METRICS_HOST),
            (int) number(Setting.METRICS_PORT));
    Optional<String> database = database();
    Settings.Upstreams upstreams = upstreams();
    Settings.Plugin plugin = plugin();
    Settings.Quotas quotas = quotas();
    Settings.Pooling pooling = pooling();
    Settings.Doors doors = doors();
    Optional<Settings.Telemetry> telemetry = telemetry();
    Optional<java.net.URI> redis = redis();
    Settings.ForeignLogins foreign = foreign();
    Settings.Limits limits = limits();
    Settings.Shutdown shutdown =
        new Settings.Shutdown(
            seconds(Setting.SHUTDOWN_ACCEPT_SECONDS), seconds(Setting.SHUTDOWN_DRAIN_SECONDS));
    boolean debug = choice(Setting.DEBUG_LOG).equals("true");
    Settings.Logs logs =
        new Settings.Logs(
            debug ? "DEBUG" : choice(Setting.LOG_LEVEL),
            choice(Setting.POTLUCK_LOG_FORMAT).equals("json"));
    Duration accessLife = Duration.ofHours(number(Setting.JWT_EXPIRE_HOURS));
    Duration refreshLife = Duration.ofDays(number(Setting.REFRESH_TOKEN_EXPIRE_DAYS));
    boolean demo = choice(Setting.POTLUCK_DEMO).equals("true");
    if (!problems.isEmpty()) {
      throw new BadSettings(problems);
    }
    HouseSecrets secrets = new HouseSecrets(home);
    return new Settings(
        listen,
        home,
        database,
        redis,
        new Settings.Tokens(
            jwt.isEmpty() ? secrets.jwt() : jwt,
            !jwt.isEmpty(),
            accessLife,
            refreshLife,
            seconds(Setting.REFRESH_GRACE_SECONDS),
            choice(Setting.REFRESH_REUSE).equals("family"),
            fernet.isEmpty() ? secrets.fernet() : fernet,
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
            choice(Setting.CC_WHOLE).equals("true"), seconds(Setting.STREAM_PULSE_SECONDS)),
        quotas,
        pooling,
        telemetry,
        production,
        demo && !production && plugin.service().isEmpty());
  }

  private Settings.Limits limits() {
    return new Settings.Limits(
        number(Setting.POTLUCK_MAX_BODY_BYTES),
        number(Setting.POTLUCK_MAX_PUBLIC_BODY_BYTES),
        (int) number(Setting.POTLUCK_MAX_BODIES_PERCENT),
        (int) number(Setting.POTLUCK_MAX_JSON_DEPTH),
        number(Setting.POTLUCK_MAX_ANSWER_BYTES),
        (int) number(Setting.POTLUCK_MAX_HEADER_BYTES),
        (int) number(Setting.POTLUCK_MAX_HEADERS),
        (int) number(Setting.POTLUCK_MAX_URI_BYTES),
        new Settings.Connected(
            (int) number(Setting.POTLUCK_MAX_CONNECTIONS),
            (int) number(Setting.POTLUCK_MAX_CONNECTIONS_PER_ADDRESS),
            seconds(Setting.POTLUCK_HEAD_SECONDS),
            seconds(Setting.POTLUCK_STALL_SECONDS),
            number(Setting.POTLUCK_STALL_BYTES),
            seconds(Setting.POTLUCK_KEEP_ALIVE_SECONDS)),
        new Settings.Guessing(
            (int) number(Setting.LOGIN_FREE_FAILURES),
            seconds(Setting.LOGIN_LONGEST_WAIT_SECONDS),
            (int) number(Setting.LOGIN_FAILURES_PER_ADDRESS),
            (int) number(Setting.LOGIN_MOST_WAITING)));
  }

  private Settings.Plugin plugin() {
    Optional<String> base = given(Setting.PLUGIN_API_BASE_URL);
    Optional<Secret> key = given(Setting.PLUGIN_API_ADMIN_KEY).map(Secret::new);
    Optional<Secret> guests = given(Setting.PLUGIN_SERVICE_ADMIN_KEY).map(Secret::new);
    if (base.isPresent() && key.isEmpty()) {
      problems.add("PLUGIN_API_BASE_URL needs PLUGIN_API_ADMIN_KEY: the service's admin key.");
    }
    if (base.isPresent() && guests.isPresent()) {
      problems.add(
          "PLUGIN_SERVICE_ADMIN_KEY lends out the pool that is built in, and PLUGIN_API_BASE_URL"
              + " has it elsewhere; set one of them.");
    }
    if (base.filter(text -> !text.matches(PLUGIN_BASE)).isPresent()) {
      problems.add("PLUGIN_API_BASE_URL must look like http://host:8045.");
      return new Settings.Plugin(Optional.empty(), guests);
    }
    return new Settings.Plugin(
        base.map(text -> URI.create(text.replaceAll("/+$", "")))
            .flatMap(uri -> key.map(secret -> new Settings.PluginService(uri, secret))),
        guests);
  }

  private Optional<java.net.URI> redis() {
    Optional<String> text = given(Setting.REDIS_URL);
    try {
      return text.map(java.net.URI::create)
          .filter(
              uri -> {
                boolean good =
                    uri.getHost() != null && String.valueOf(uri.getScheme()).matches("rediss?");
                if (!good) {
                  problems.add("REDIS_URL must look like redis://:password@host:6379/0.");
                }
                return good;
              });
    } catch (IllegalArgumentException e) {
      problems.add("REDIS_URL must look like redis://:password@host:6379/0.");
      return Optional.empty();
    }
  }

  private Optional<Settings.Telemetry> telemetry() {
    String ratio = text(Setting.OTEL_TRACES_SAMPLER_ARG);
    if (!ratio.matches("0|1|[01]?\\.[0-9]{1,9}") || Double.parseDouble(ratio) > 1) {
      problems.add("OTEL_TRACES_SAMPLER_ARG is '" + ratio + "'; it must be a number from 0 to 1.");
      return Optional.empty();
    }
    Optional<String> endpoint = given(Setting.OTEL_EXPORTER_OTLP_ENDPOINT);
    if (endpoint.filter(text -> !text.matches("https?://[^\\s/?#@]+(/[^\\s?#]*)?")).isPresent()) {
      problems.add("OTEL_EXPORTER_OTLP_ENDPOINT must look like http://collector:4318.");
      return Optional.empty();
    }
    Map<String, Secret> headers = telemetryHeaders();
    return endpoint.map(
        text ->
            new Settings.Telemetry(
                URI.create(text),
                headers,
                text(Setting.OTEL_SERVICE_NAME),
                Double.parseDouble(ratio)));
  }

  /** As the W3C writes baggage: values are percent-encoded. */
  private Map<String, Secret> telemetryHeaders() {
    Map<String, Secret> headers = new HashMap<>();
    for (String pair : list(Setting.OTEL_EXPORTER_OTLP_HEADERS)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().matches("[\\w.-]+")) {
        String value = pair.substring(equals + 1).strip().replace("+", "%2B");
        headers.put(
            pair.substring(0, equals).strip(),
            new Secret(URLDecoder.decode(value, StandardCharsets.UTF_8)));
      } else {
        problems.add("OTEL_EXPORTER_OTLP_HEADERS must look like name=value,name=value.");
      }
    }
    return headers;
  }

  private Settings.Doors doors() {
    List<String> proxies = list(Setting.TRUSTED_PROXIES);
    try {
      potluck.gateway.key.Networks.of(proxies);
    } catch (IllegalArgumentException e) {
      problems.add("TRUSTED_PROXIES: " + e.getMessage() + ".");
    }
    List<String> origins = list(Setting.CORS_ORIGINS);
    for (String origin : origins) {
      if (!origin.matches("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?")) {
        problems.add(
            "CORS_ORIGINS: '"
                + origin
                + "' is no origin; one looks like https://app.example.org: in small letters, without a path or a *.");
      }
    }
    return new Settings.Doors(
        potluck.gateway.identity.Registration.Mode.valueOf(
            choice(Setting.REGISTRATION).toUpperCase(java.util.Locale.ROOT)),
        choice(Setting.CHECK_USERNAME).equals("true"),
        (int) number(Setting.API_KEYS_PER_USER),
        proxies,
        origins);
  }

  private Settings.ForeignLogins foreign() {
    List<LoginProvider> houses = new java.util.ArrayList<>();
    given(Setting.GITHUB_CLIENT_ID)
        .ifPresent(
            id ->
                houses.add(
                    LoginProvider.gitHub(
                        text(Setting.GITHUB_URL), id, secret("GITHUB_CLIENT_SECRET"))));
    given(Setting.LINUXDO_CLIENT_ID)
        .ifPresent(
            id ->
                houses.add(
                    LoginProvider.linuxDo(
                        text(Setting.LINUXDO_URL), id, secret("LINUXDO_CLIENT_SECRET"))));
    given(Setting.POCKETID_CLIENT_ID)
        .ifPresent(id -> houses.add(oidc("pocketid", "Pocket ID", "POCKETID_")));
    for (String name : list(Setting.OIDC_PROVIDERS)) {
      String prefix =
          "OIDC_" + name.toUpperCase(java.util.Locale.ROOT).replaceAll("[^A-Z0-9]", "_") + "_";
      houses.add(oidc(name, name, prefix));
    }
    return new Settings.ForeignLogins(
        choice(Setting.ALLOW_NEW_ACCOUNT_CREATION).equals("true"),
        text(Setting.LOGIN_REDIRECT_URL),
        houses);
  }

  private LoginProvider oidc(String id, String name, String prefix) {
    String issuer = values.getOrDefault(prefix + "ISSUER", "");
    String client = values.getOrDefault(prefix + "CLIENT_ID", "");
    if (issuer.isEmpty() || client.isEmpty()) {
      problems.add(
          "For logins with "
              + name
              + " both "
              + prefix
              + "ISSUER and "
              + prefix
              + "CLIENT_ID are needed.");
    }
    return new LoginProvider(
        id, name, issuer, client, secret(prefix + "CLIENT_SECRET"), java.util.Optional.empty());
  }

  private Secret secret(String name) {
    return new Secret(values.getOrDefault(name, ""));
  }

  private List<String> list(Setting setting) {
    return Arrays.stream(text(setting).split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private Settings.Quotas quotas() {
    String groups = text(Setting.MODEL_GROUPS);
    try {
      new potluck.gateway.meter.Groups(groups);
    } catch (IllegalArgumentException e) {
      problems.add("MODEL_GROUPS: " + e.getMessage() + ".");
    }
    Optional<Path> prices = given(Setting.PRICES_FILE).map(folder::resolve);
    prices
        .filter(file -> !java.nio.file.Files.isReadable(file))
        .ifPresent(file -> problems.add("PRICES_FILE: there is no file " + file + "."));
    return new Settings.Quotas(
        // Where the pool is elsewhere, quotas are kept there.
        choice(Setting.QUOTA).equals("enforced") && given(Setting.PLUGIN_API_BASE_URL).isEmpty(),
        choice(Setting.QUOTA_UNIT),
        number(Setting.QUOTA_ACCOUNT_USD),
        number(Setting.QUOTA_BASE_PERCENT),
        number(Setting.QUOTA_BASE_HOURLY_PERCENT),
        number(Setting.QUOTA_HOURLY_PERCENT),
        seconds(Setting.QUOTA_WAIT_SECONDS),
        groups,
        prices,
        number(Setting.USAGE_RETENTION_DAYS),
        choice(Setting.USAGE_LOG_BODIES).equals("true"),
        number(Setting.USAGE_LOG_BODY_DAYS));
  }

  private Settings.Pooling pooling() {
    return new Settings.Pooling(
        (int) number(Setting.POOL_MOST_WAITING),
        seconds(Setting.POOL_WAIT_SECONDS),
        (int) number(Setting.POOL_ATTEMPTS),
        (int) number(Setting.POOL_RETRY_PERCENT),
        seconds(Setting.POOL_REST_SECONDS),
        seconds(Setting.POOL_AFFINITY_SECONDS),
        (int) number(Setting.POOL_AFFINITY_CONVERSATIONS));
  }

  private void unknown() {
    values.keySet().stream()
        .filter(name -> name.startsWith("POTLUCK_") && Setting.find(name).isEmpty())
        .sorted()
        .forEach(
            name ->
                problems.add(
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
    String value = text(setting);
    switch (setting.kind()) {
      case Kind.Whole number when !number.allows(value) ->
          problems.add(setting + " is '" + value + "'; it must be " + number.bounds() + ".");
      case Kind.Choice choice when choice.words().stream().noneMatch(value::equalsIgnoreCase) ->
          problems.add(setting + " is '" + value + "'; it must be " + choice.bounds() + ".");
      case Kind.Hidden hidden when !value.isEmpty() -> hard(setting, value, hidden.shortest());
      default -> {}
    }
  }

  /** Never shows the value. */
  private void hard(Setting setting, String value, int shortest) {
    String instead =
        setting == Setting.ADMIN_PASSWORD
            ? "choose another one, or leave it and ADMIN_USERNAME empty for a set-up link."
            : "leave it empty.";
    if (Guessable.is(value)) {
      problems.add(setting + " is a placeholder that anybody can guess; " + instead);
    } else if (value.getBytes(StandardCharsets.UTF_8).length < shortest) {
      problems.add(setting + " is shorter than " + shortest + " bytes; " + instead);
    }
  }

  /** A list, where each of its parts is long enough; a secret may have a comma in it. */
  private List<Secret> jwt() {
    List<String> parts =
        Arrays.stream(text(Setting.JWT_SECRET_KEY).split(",")).map(String::strip).toList();
    boolean several =
        parts.stream()
            .allMatch(part -> part.getBytes(StandardCharsets.UTF_8).length >= SHORTEST_JWT);
    return several
        ? parts.stream().map(Secret::new).toList()
        : given(Setting.JWT_SECRET_KEY).map(Secret::new).stream().toList();
  }

  private List<Secret> fernet() {
    List<Secret> keys = new ArrayList<>();
    for (String key : text(Setting.PLUGIN_API_ENCRYPTION_KEY).split(",")) {
      if (key.isBlank() || Guessable.is(key.strip())) {
        continue;
      }
      if (isFernet(key.strip())) {
        keys.add(new Secret(key.strip()));
      } else {
        problems.add(
            "PLUGIN_API_ENCRYPTION_KEY is no Fernet key (32 bytes in URL-safe base64);"
                + " './potluck keygen' prints one.");
      }
    }
    return keys;
  }

  private static boolean isFernet(String key) {
    try {
      return Base64.getUrlDecoder().decode(key).length == 32;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Settings.Admin admin() {
    Optional<String> name = given(Setting.ADMIN_USERNAME);
    Optional<String> password = given(Setting.ADMIN_PASSWORD);
    if (name.isPresent() != password.isPresent()) {
      problems.add("ADMIN_USERNAME and ADMIN_PASSWORD go together; set both or neither.");
    }
    name.filter(text -> !text.matches("[\\w.-]{3,50}"))
        .ifPresent(_ -> problems.add("ADMIN_USERNAME has 3 to 50 letters, digits, '.', '-', '_'."));
    return new Settings.Admin(name, password.map(Secret::new));
  }

  private Optional<String> database() {
    Optional<String> url = given(Setting.DATABASE_URL);
    if (url.filter(text -> !DATABASE.matcher(text).matches()).isPresent()) {
      problems.add(
          "DATABASE_URL must look like postgresql://user:password@host:5432/name, with special"
              + " characters of user and password percent-encoded.");
    }
    return url;
  }

  private Settings.Upstreams upstreams() {
    Optional<URI> proxy =
        given(Setting.UPSTREAM_PROXY)
            .flatMap(
                text -> {
                  if (text.matches("http://[\\w.-]+:[0-9]{1,5}/?")
                      && URI.create(text).getPort() <= 65535) {
                    return Optional.of(URI.create(text));
                  }
                  problems.add("UPSTREAM_PROXY must look like http://host:port.");
                  return Optional.empty();
                });
    return new Settings.Upstreams(
        text(Setting.UPSTREAM_ALLOWED_HOSTS),
        proxy,
        seconds(Setting.UPSTREAM_CONNECT_TIMEOUT),
        seconds(Setting.UPSTREAM_FIRST_BYTE_TIMEOUT),
        seconds(Setting.UPSTREAM_IDLE_TIMEOUT),
        seconds(Setting.UPSTREAM_TOTAL_TIMEOUT),
        given(Setting.PROVIDERS_FILE).map(folder::resolve).flatMap(this::providers),
        text(Setting.PLUGIN_OAUTH_REDIRECT_URL));
  }

  private Optional<String> providers(Path file) {
    try {
      String yaml = filled(java.nio.file.Files.readString(file));
      Duration second = Duration.ofSeconds(1);
      Bounds any = new Bounds(second, second, second, second);
      Catalogue.shipped(any).with(yaml, any);
      return Optional.of(yaml);
    } catch (java.io.IOException e) {
      problems.add("PROVIDERS_FILE: the file " + file + " cannot be read.");
    } catch (IllegalArgumentException e) {
      problems.add("PROVIDERS_FILE: " + e.getMessage() + ".");
    }
    return Optional.empty();
  }

  /** {@code ${NAME}} is taken from the settings, so that no secret need be in the file. */
  private String filled(String yaml) {
    return java.util.regex.Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)\\}")
        .matcher(yaml)
        .replaceAll(
            found -> {
              @Nullable String value = values.get(found.group(1));
              if (value == null) {
                problems.add("PROVIDERS_FILE: " + found.group(1) + " is not set.");
              }
              return java.util.regex.Matcher.quoteReplacement(value == null ? "" : value);
            });
  }

  private String text(Setting setting) {
    return given(setting).orElse(setting.standard());
  }

  private Optional<String> given(Setting setting) {
    @Nullable String value = values.get(setting.name());
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /** As it is declared, in whatever case it is given; the usual one where it is none. */
  private String choice(Setting setting) {
    String value = text(setting);
    return setting.kind() instanceof Kind.Choice choice
        ? choice.words().stream()
            .filter(value::equalsIgnoreCase)
            .findFirst()
            .orElse(setting.standard())
        : value;
  }

  private Duration seconds(Setting setting) {
    return Duration.ofSeconds(number(setting));
  }

  private long number(Setting setting) {
    String value = text(setting);
    boolean good = setting.kind() instanceof Kind.Whole number && number.allows(value);
    return Long.parseLong(good ? value : setting.standard());
  }
}
