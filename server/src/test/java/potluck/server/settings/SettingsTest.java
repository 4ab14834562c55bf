package potluck.server.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.gateway.account.Secret;
import potluck.server.logging.LogSettings;

class SettingsTest {
  @TempDir Path folder;

  @Test
  void everySettingHasAWorkingDefault() {
    Settings settings = load(Map.of());
    assertThat(settings.listen())
        .isEqualTo(new Settings.Listen("127.0.0.1", 8008, "127.0.0.1", 9464));
    assertThat(settings.home()).isEqualTo(folder.resolve("data"));
    assertThat(settings.databaseUrl()).isEmpty();
    assertThat(settings.values().number(Setting.JWT_EXPIRE_HOURS)).isEqualTo(24);
    assertThat(settings.upstreams().timeouts().total()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.values().number(Setting.POTLUCK_MAX_BODY_BYTES)).isEqualTo(33_554_432);
    assertThat(settings.values().number(Setting.POTLUCK_MAX_HEADER_BYTES)).isEqualTo(65_536);
    assertThat(settings.values().number(Setting.POTLUCK_MAX_CONNECTIONS)).isEqualTo(16_000);
    assertThat(settings.demo()).isTrue();
  }

  @Test
  void environmentOverridesTheFile() throws IOException {
    Files.writeString(
        folder.resolve(".env"),
        """
        # a comment
        PORT=1
        export HOST = "0.0.0.0"
        UPSTREAM_IDLE_TIMEOUT=7 # short
        """);
    Settings settings = load(Map.of("PORT", "2"));
    assertThat(settings.listen()).isEqualTo(new Settings.Listen("0.0.0.0", 2, "127.0.0.1", 9464));
    assertThat(settings.upstreams().timeouts().idle()).isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PORT=\"22013\" # my port|22013",
        "PORT='22013'#mine|22013",
        "PORT=22013 # \"mine\"|22013",
      })
  void commentAfterAValueIsNotPartOfIt(String line, int port) throws IOException {
    Files.writeString(folder.resolve(".env"), line);
    assertThat(load(Map.of()).listen().port()).isEqualTo(port);
  }

  @Test
  void quotedValueMayHoldQuotesAndNumberSigns() throws IOException {
    Files.writeString(
        folder.resolve(".env"), "OTEL_SERVICE_NAME=\"a \"b\" c\"\nUPSTREAM_ALLOWED_HOSTS='x # y'");
    Settings settings = load(Map.of());
    assertThat(settings.values().text(Setting.OTEL_SERVICE_NAME)).isEqualTo("a \"b\" c");
    assertThat(settings.values().text(Setting.UPSTREAM_ALLOWED_HOSTS)).isEqualTo("x # y");
  }

  @Test
  void unknownNameInTheFileIsAnErrorIfItResemblesASetting() throws IOException {
    Files.writeString(folder.resolve(".env"), "QOUTA=recorded\nPROT=9000\n");
    assertThat(problems(Map.of()))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).contains("QOUTA", "Did you mean QUOTA?"),
            problem -> assertThat(problem).contains("PROT", "Did you mean PORT?"));
  }

  @Test
  void otherUnknownNameInTheFileIsAWarning() throws IOException {
    Files.writeString(folder.resolve(".env"), "MY_OTHER_PROGRAM=x\nOIDC_CORP_ISSUER=https://x\n");
    assertThat(load(Map.of()).warnings())
        .singleElement()
        .satisfies(warning -> assertThat(warning).contains(".env", "MY_OTHER_PROGRAM"));
  }

  @Test
  void unknownNameInTheEnvironmentIsAnErrorOnlyWithOurPrefix() {
    assertThat(load(Map.of("QOUTA", "x", "PATH", "/bin")).warnings()).isEmpty();
    assertThat(problems(Map.of("POTLUCK_MAX_BODY", "1"))).hasSize(1);
  }

  @Test
  void formerNameStillWorksAndWarns() {
    Settings settings = load(Map.of("DATABASE_SECONDS", "7", "CC_WHOLE", "true"));
    assertThat(settings.values().number(Setting.DATABASE_TIMEOUT_SECONDS)).isEqualTo(7);
    assertThat(settings.values().isTrue(Setting.CC_BUFFER_STREAM)).isTrue();
    assertThat(settings.warnings())
        .anySatisfy(
            warning -> assertThat(warning).contains("DATABASE_SECONDS", "DATABASE_TIMEOUT_SECONDS"))
        .hasSize(2);
  }

  @Test
  void newNameWinsOverTheFormerOne() {
    Settings settings = load(Map.of("STREAM_PULSE_SECONDS", "7", "STREAM_KEEPALIVE_SECONDS", "8"));
    assertThat(settings.values().number(Setting.STREAM_KEEPALIVE_SECONDS)).isEqualTo(8);
  }

  @Test
  void homeHoldsTheFileOfSettingsAndTheLog() throws IOException {
    Path home = Files.createDirectories(folder.resolve("srv"));
    Files.writeString(home.resolve(".env"), "PORT=7001");
    Files.writeString(folder.resolve(".env"), "PORT=7002");
    Settings settings = load(Map.of("POTLUCK_HOME", home.toString()));
    assertThat(settings.listen().port()).isEqualTo(7001);
    assertThat(settings.home()).isEqualTo(home);
    assertThat(settings.logFile()).isEqualTo(home.resolve("logs/app.log"));
    assertThat(load(Map.of()).logFile()).isEqualTo(folder.resolve("logs/app.log"));
    assertThat(load(Map.of("LOG_FILE", "my.log")).logFile()).isEqualTo(folder.resolve("my.log"));
  }

  @Test
  void redirectsFollowThePublicUrl() {
    Settings settings = load(Map.of("PUBLIC_URL", "https://potluck.example.org/"));
    assertThat(settings.externalLogins().redirect())
        .isEqualTo("https://potluck.example.org/auth/callback");
    assertThat(settings.oauthRedirectUrl())
        .isEqualTo("https://potluck.example.org/api/plugin-api/oauth/callback");
    assertThat(load(Map.of()).externalLogins().redirect())
        .isEqualTo("http://127.0.0.1:8008/auth/callback");
    assertThat(problems(Map.of("PUBLIC_URL", "potluck.example.org")))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("PUBLIC_URL", "https://"));
  }

  @Test
  void emptyValueCountsAsNotSet() {
    assertThat(load(Map.of("PORT", " ", "DATABASE_URL", "")).listen().port()).isEqualTo(8008);
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    assertThat(
            problems(
                Map.of(
                    "POTLUCK_HOEM", "x",
                    "PORT", "70000",
                    "JWT_ALGORITHM", "none",
                    "UPSTREAM_TOTAL_TIMEOUT", "-1",
                    "DATABASE_URL", "mysql://localhost/x",
                    "ADMIN_USERNAME", "root")))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).contains("POTLUCK_HOEM", "Did you mean POTLUCK_HOME?"),
            problem -> assertThat(problem).contains("PORT", "70000", "0 to 65535"),
            problem -> assertThat(problem).contains("JWT_ALGORITHM", "HS256"),
            problem -> assertThat(problem).contains("UPSTREAM_TOTAL_TIMEOUT", "seconds"),
            problem -> assertThat(problem).contains("DATABASE_URL", "postgresql://"),
            problem -> assertThat(problem).contains("ADMIN_PASSWORD", "together"));
  }

  @ParameterizedTest
  @CsvSource({
    "JWT_SECRET_KEY, your-secret-key-change-this-in-production",
    "JWT_SECRET_KEY, aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "REFRESH_TOKEN_SECRET_KEY, your-refresh-token-secret-key",
    "PLUGIN_API_ADMIN_KEY, sk-admin-your-admin-key-here",
    "PLUGIN_API_ENCRYPTION_KEY, your-encryption-key-here-min-32-chars",
    "ADMIN_PASSWORD, changeme",
    "ADMIN_PASSWORD, ChangeMe123",
    "JWT_SECRET_KEY, too-short-to-sign",
    "ADMIN_PASSWORD, sh0rt",
    "PLUGIN_API_ENCRYPTION_KEY, kJ8sHq2-not-a-key",
  })
  void weakSecretIsRefusedAndNotShown(String name, String value) {
    Map<String, String> values =
        name.equals("ADMIN_PASSWORD")
            ? Map.of(name, value, "ADMIN_USERNAME", "root")
            : Map.of(name, value);
    assertThat(problems(values))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains(name).doesNotContain(value));
  }

  @Test
  void pluginServiceNeedsItsKeyAndExcludesServingOne() {
    Settings.PluginService service =
        load(Map.of(
                "PLUGIN_API_BASE_URL", "http://pool:8045/", "PLUGIN_API_ADMIN_KEY", "sk-x1y2z3"))
            .plugin()
            .service()
            .orElseThrow();
    assertThat(service.base()).hasToString("http://pool:8045");
    assertThat(problems(Map.of("PLUGIN_API_BASE_URL", "http://pool:8045")))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("PLUGIN_API_ADMIN_KEY"));
    assertThat(
            problems(
                Map.of(
                    "PLUGIN_API_BASE_URL", "pool:8045",
                    "PLUGIN_API_ADMIN_KEY", "sk-x1y2z3",
                    "PLUGIN_SERVICE_ADMIN_KEY", "short-of-32-bytes")))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).contains("PLUGIN_API_BASE_URL", "http://"),
            problem -> assertThat(problem).contains("PLUGIN_SERVICE_ADMIN_KEY", "32"),
            problem -> assertThat(problem).contains("set only one of them"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://u:p@db:5432/potluck",
        "postgresql+asyncpg://u:p%40ss@my_db/potluck",
        "postgres://[::1]:5432/potluck?sslmode=require",
      })
  void databaseUrlAcceptsAntiHubsForm(String url) {
    assertThat(load(Map.of("DATABASE_URL", url)).databaseUrl()).contains(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https://*.example.org",
        "https://app.example.org/",
        "app.example.org",
        "null",
        "https://App.example.org",
        "https://user@app.example.org",
      })
  void corsOriginMustBeExact(String origin) {
    assertThat(problems(Map.of("CORS_ORIGINS", "https://good.example.org," + origin)))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("CORS_ORIGINS", origin));
  }

  @Test
  void telemetrySettingsAreCheckedAndSecretsHidden() {
    assertThat(
            problems(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317",
                    "OTEL_EXPORTER_OTLP_HEADERS", "a-secret-without-a-name")))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("http://collector:4318"));
    assertThat(
            problems(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318",
                    "OTEL_EXPORTER_OTLP_HEADERS", "x-secret=half%2")))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem)
                    .contains("OTEL_EXPORTER_OTLP_HEADERS", "percent-encoded")
                    .doesNotContain("half"));
    assertThat(problems(Map.of("OTEL_TRACES_SAMPLER_ARG", "1.5")))
        .singleElement()
        .satisfies(problem -> assertThat(problem).contains("from 0 to 1"));
    Settings.Telemetry telemetry =
        load(Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example.org/otlp",
                "OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20abc+d=, x-team = 7"))
            .telemetry()
            .orElseThrow();
    assertThat(telemetry.headers())
        .hasEntrySatisfying(
            "authorization", value -> assertThat(value.reveal()).isEqualTo("Bearer abc+d="))
        .hasEntrySatisfying("x-team", value -> assertThat(value.reveal()).isEqualTo("7"));
    assertThat(telemetry.toString()).doesNotContain("abc");
  }

  @Test
  void invalidUrlsAreReportedTogether() {
    assertThat(
            problems(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT", "http://[collector:4318",
                    "PLUGIN_API_BASE_URL", "http://[1:2]:8045",
                    "PLUGIN_API_ADMIN_KEY", "sk-admin-gx7Qm2TzR4vN9pLk0wYd3HsBc8Ue",
                    "DATABASE_URL", "postgresql://me:half%2@db/pot")))
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).contains("OTEL_EXPORTER_OTLP_ENDPOINT"),
            problem -> assertThat(problem).contains("PLUGIN_API_BASE_URL"),
            problem -> assertThat(problem).contains("DATABASE_URL", "percent-encoded"));
  }

  @Test
  void secretsAreCreatedOnceAndOwnerReadable() throws IOException {
    Settings.Tokens once = load(Map.of()).tokens();
    assertThat(load(Map.of()).tokens()).isEqualTo(once);
    Path secrets = folder.resolve("data/secrets");
    assertThat(rights(secrets)).isEqualTo("rwx------");
    assertThat(rights(secrets.resolve("jwt"))).isEqualTo("rw-------");
    assertThat(rights(secrets.resolve("fernet"))).isEqualTo("rw-------");
  }

  @Test
  void emptySecretIsNeverUsed() throws IOException {
    load(Map.of());
    Files.writeString(folder.resolve("data/secrets/jwt"), "");
    assertThatThrownBy(() -> load(Map.of())).hasMessageContaining("empty");
  }

  @Test
  void invalidSettingCreatesNoSecret() {
    problems(Map.of("PORT", "x"));
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void debugLogSetsTheLevelAndProductionHasNoDemo() {
    Settings settings = load(Map.of("DEBUG_LOG", "True", "APP_ENV", "production"));
    assertThat(LogSettings.read(settings.values()).level()).isEqualTo("DEBUG");
    assertThat(settings.demo()).isFalse();
  }

  @Test
  void booleanAcceptsAntiHubsForms() {
    for (String yes : new String[] {"1", "yes", "On", "TRUE"}) {
      assertThat(LogSettings.read(load(Map.of("DEBUG_LOG", yes)).values()).level())
          .as(yes)
          .isEqualTo("DEBUG");
    }
    for (String no : new String[] {"0", "no", "Off", "False"}) {
      assertThat(LogSettings.read(load(Map.of("DEBUG_LOG", no)).values()).level())
          .as(no)
          .isEqualTo("INFO");
    }
    assertThat(problems(Map.of("DEBUG_LOG", "maybe"))).hasSize(1);
    assertThat(problems(Map.of("APP_ENV", "1"))).hasSize(1);
  }

  @Test
  void secretIsAListIfEachPartIsLongEnough() {
    String one = "a-secret-of-this-server,with-a-comma-in-it";
    assertThat(load(Map.of("JWT_SECRET_KEY", one)).tokens().jwt()).containsExactly(new Secret(one));
    String first = "the-first-secret-of-this-server-which-is-long";
    String second = "the-second-secret-of-this-server-which-is-long";
    assertThat(load(Map.of("JWT_SECRET_KEY", second + ", " + first)).tokens().jwt())
        .containsExactly(new Secret(second), new Secret(first));
  }

  @Test
  void envExampleIsCurrent() {
    assertThat(Path.of("../.env.example")).hasContent(Setting.example());
  }

  private Settings load(Map<String, String> environment) {
    return Settings.load(environment, folder);
  }

  private List<String> problems(Map<String, String> environment) {
    return catchThrowableOfType(InvalidSettings.class, () -> load(environment)).problems();
  }

  private static String rights(Path file) throws IOException {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file));
  }
}
