package potluck.server.settings;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;

/** Turns texts into {@link Settings}, and gathers everything that is wrong on the way. One use. */
final class Reading {
  private static final int SHORTEST_JWT = 32;
  private static final int SHORTEST_PASSWORD = 8;
  private static final Set<String> PLACEHOLDERS =
      Set.of("changeme", "change-me", "secret", "password", "admin", "test", "example", "your");

  private final Map<String, String> values;
  private final Path folder;
  private final List<String> problems = new ArrayList<>();

  Reading(Map<String, String> values, Path folder) {
    this.values = values;
    this.folder = folder;
  }

  Settings settings() {
    unknown();
    Path home = folder.resolve(text(Setting.POTLUCK_HOME)).toAbsolutePath().normalize();
    boolean production = choice(Setting.APP_ENV, "development", "production").equals("production");
    choice(Setting.JWT_ALGORITHM, "HS256");
    Optional<Secret> jwt = jwt();
    List<Secret> fernet = fernet();
    Settings.Admin admin = admin();
    Settings.Listen listen =
        new Settings.Listen(text(Setting.HOST), (int) number(Setting.PORT, 0, 65535));
    Optional<String> database = database();
    Settings.Upstreams upstreams = upstreams();
    Settings.Limits limits =
        new Settings.Limits(
            number(Setting.POTLUCK_MAX_BODY_BYTES, 1024, 1L << 30),
            (int) number(Setting.POTLUCK_MAX_HEADER_BYTES, 4096, 1 << 20));
    Settings.Shutdown shutdown =
        new Settings.Shutdown(
            seconds(Setting.SHUTDOWN_ACCEPT_SECONDS, 0),
            seconds(Setting.SHUTDOWN_DRAIN_SECONDS, 0));
    Settings.Logs logs =
        new Settings.Logs(
            choice(Setting.LOG_LEVEL, "DEBUG", "INFO", "WARNING", "WARN", "ERROR", "CRITICAL"),
            choice(Setting.POTLUCK_LOG_FORMAT, "text", "json").equals("json"));
    Duration accessLife = Duration.ofHours(number(Setting.JWT_EXPIRE_HOURS, 1, 8760));
    Duration refreshLife = Duration.ofDays(number(Setting.REFRESH_TOKEN_EXPIRE_DAYS, 1, 3650));
    boolean demo = choice(Setting.POTLUCK_DEMO, "true", "false").equals("true");
    if (!problems.isEmpty()) {
      throw new BadSettings(problems);
    }
    HouseSecrets secrets = new HouseSecrets(home);
    return new Settings(
        listen,
        home,
        database,
        new Settings.Tokens(
            jwt.orElseGet(secrets::jwt),
            accessLife,
            refreshLife,
            fernet.isEmpty() ? List.of(secrets.fernet()) : fernet),
        admin,
        upstreams,
        limits,
        shutdown,
        logs,
        production,
        demo && !production);
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

  private Optional<Secret> jwt() {
    return given(Setting.JWT_SECRET_KEY)
        .filter(text -> strong(Setting.JWT_SECRET_KEY, text, SHORTEST_JWT))
        .map(Secret::new);
  }

  private List<Secret> fernet() {
    List<Secret> keys = new ArrayList<>();
    for (String key : text(Setting.PLUGIN_API_ENCRYPTION_KEY).split(",")) {
      if (key.isBlank()) {
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
    password
        .filter(text -> text.length() < SHORTEST_PASSWORD)
        .ifPresent(_ -> problems.add("ADMIN_PASSWORD has at least 8 characters."));
    return new Settings.Admin(name, password.map(Secret::new));
  }

  private Optional<String> database() {
    return given(Setting.DATABASE_URL)
        .filter(
            url -> {
              boolean good = url.matches("postgres(ql)?(\\+\\w+)?://.+/.+");
              if (!good) {
                problems.add(
                    "DATABASE_URL must look like postgresql://user:password@host:5432/name.");
              }
              return good;
            });
  }

  private Settings.Upstreams upstreams() {
    Optional<URI> proxy =
        given(Setting.UPSTREAM_PROXY)
            .flatMap(
                text -> {
                  if (text.matches("http://[^/:]+:[0-9]{1,5}/?")) {
                    return Optional.of(URI.create(text));
                  }
                  problems.add("UPSTREAM_PROXY must look like http://host:port.");
                  return Optional.empty();
                });
    return new Settings.Upstreams(
        text(Setting.UPSTREAM_ALLOWED_HOSTS),
        proxy,
        seconds(Setting.UPSTREAM_CONNECT_TIMEOUT, 1),
        seconds(Setting.UPSTREAM_FIRST_BYTE_TIMEOUT, 1),
        seconds(Setting.UPSTREAM_IDLE_TIMEOUT, 1),
        seconds(Setting.UPSTREAM_TOTAL_TIMEOUT, 1));
  }

  private boolean strong(Setting setting, String text, int shortest) {
    String lower = text.toLowerCase(Locale.ROOT);
    boolean placeholder =
        PLACEHOLDERS.contains(lower)
            || lower.startsWith("your-")
            || lower.contains("change-this")
            || lower.contains("changeme")
            || lower.chars().distinct().count() < 8;
    if (placeholder) {
      problems.add(
          setting + " is a placeholder that anybody can guess; leave it empty and one is made.");
      return false;
    }
    if (text.getBytes(StandardCharsets.UTF_8).length < shortest) {
      problems.add(
          setting + " is shorter than " + shortest + " bytes; leave it empty and one is made.");
      return false;
    }
    return true;
  }

  private String text(Setting setting) {
    return given(setting).orElse(setting.standard());
  }

  private Optional<String> given(Setting setting) {
    @Nullable String value = values.get(setting.name());
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  private String choice(Setting setting, String... allowed) {
    String value = text(setting);
    for (String one : allowed) {
      if (one.equalsIgnoreCase(value)) {
        return one;
      }
    }
    problems.add(setting + " is '" + value + "'; it may be " + String.join(", ", allowed) + ".");
    return allowed[0];
  }

  private Duration seconds(Setting setting, long least) {
    return Duration.ofSeconds(number(setting, least, 1_000_000));
  }

  private long number(Setting setting, long least, long most) {
    String value = text(setting);
    if (value.matches("[0-9]{1,18}")) {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    problems.add(
        setting + " is '" + value + "'; it must be a number from " + least + " to " + most + ".");
    return least;
  }
}
