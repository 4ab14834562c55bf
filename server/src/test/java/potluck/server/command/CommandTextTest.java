package potluck.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.settings.InvalidSettings;
import potluck.server.settings.Settings;

/** Problems with settings have a Chinese text. */
class CommandTextTest {
  @TempDir private Path folder;

  @Test
  void everyProblemWithSettingsIsTranslated() {
    Map<String, String> wrong = new HashMap<>();
    wrong.put("PORT", "x");
    wrong.put("LANGUAGE", "fr");
    wrong.put("DATABASE_URL", "mysql://x");
    wrong.put("REDIS_URL", "http://x");
    wrong.put("UPSTREAM_PROXY", "x");
    wrong.put("PLUGIN_API_BASE_URL", "x");
    wrong.put("PLUGIN_SERVICE_ADMIN_KEY", "short");
    wrong.put("OTEL_EXPORTER_OTLP_ENDPOINT", "x");
    wrong.put("PUBLIC_URL", "x");
    wrong.put("JWT_SECRET_KEY", "short");
    wrong.put("PLUGIN_API_ENCRYPTION_KEY", "x");
    wrong.put("ADMIN_USERNAME", "a");
    wrong.put("ADMIN_PASSWORD", "password");
    wrong.put("CORS_ORIGINS", "*");
    wrong.put("TRUSTED_PROXIES", "x");
    wrong.put("PRICES_FILE", "missing.json");
    wrong.put("PROVIDERS_FILE", "missing.yaml");
    wrong.put("POTLUCK_HOMES", "1");
    wrong.put("POTLUCK_SOMETHING_ENTIRELY_DIFFERENT", "1");
    wrong.put("OIDC_PROVIDERS", "example");
    List<String> problems = problems(wrong);
    assertThat(problems).hasSizeGreaterThanOrEqualTo(18);
    assertThat(problems).allMatch(CommandTextTest::isTranslated);
    assertThat(problems(Map.of("OTEL_TRACES_SAMPLER_ARG", "2", "ADMIN_USERNAME", "admin")))
        .hasSize(2)
        .allMatch(CommandTextTest::isTranslated);
    assertThat(CommandText.chinese("PORT is 'x'; it must be 0 to 65535."))
        .isEqualTo("PORT 的值是 'x'，应为 0 到 65535。");
    assertThat(CommandText.chinese("something else")).isEqualTo("something else");
  }

  private List<String> problems(Map<String, String> environment) {
    return catchThrowableOfType(InvalidSettings.class, () -> Settings.load(environment, folder))
        .problems();
  }

  private static boolean isTranslated(String english) {
    return CommandText.chinese(english)
        .codePoints()
        .anyMatch(each -> Character.UnicodeScript.of(each) == Character.UnicodeScript.HAN);
  }
}
