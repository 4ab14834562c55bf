package potluck.server.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import potluck.server.settings.Setting;

/**
 * Deployment files (Docker, Compose, systemd, Helm) use existing settings, run the server without
 * privileges, and are valid.
 */
class DeploymentFilesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern SETTING = Pattern.compile("\\b([A-Z]+(?:_[A-Z]+)+)\\b(?==|: |\"|$)");

  /** Names in capitals that are not settings of Potluck. */
  private static final Set<String> OTHERS =
      Set.of("POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB", "AF_UNIX", "AF_NETLINK");

  @Test
  void everySettingUsedExists() throws IOException {
    for (String file :
        List.of(
            "Dockerfile",
            "compose.yaml",
            "ops/systemd/potluck.service",
            "ops/helm/potluck/values.yaml",
            "ops/helm/potluck/templates/statefulset.yaml")) {
      assertThat(
              Pattern.compile(SETTING.pattern(), Pattern.MULTILINE)
                  .matcher(read(file))
                  .results()
                  .map(found -> found.group(1))
                  .filter(name -> !OTHERS.contains(name)))
          .as(file)
          .isNotEmpty()
          .allSatisfy(name -> assertThat(Setting.find(name)).as(name).isPresent());
    }
  }

  @Test
  void servicesRunUnprivilegedAndReadOnly() throws IOException {
    assertThat(read("Dockerfile").lines().filter(line -> line.startsWith("USER ")))
        .containsExactly("USER 10001", "USER 10001:10001");
    assertThat(((Map<?, ?>) service("potluck")).get("read_only")).isEqualTo(true);
    assertThat(read("ops/helm/potluck/templates/statefulset.yaml"))
        .contains("runAsNonRoot: true", "readOnlyRootFilesystem: true");
    assertThat(read("ops/systemd/potluck.service"))
        .contains("DynamicUser=yes", "ProtectSystem=strict");
  }

  @Test
  void everyTemplateIsValidYaml() throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve("ops/helm/potluck/templates"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".yaml")).toList()) {
        String filled =
            Files.readString(file)
                .replaceAll("(?m)^ *\\{\\{.*}} *$\\n", "")
                .replaceAll("\\{\\{[^}]*}}", "1");
        assertThatCode(() -> yaml(filled)).as(file.toString()).doesNotThrowAnyException();
      }
    }
    yaml(read("ops/helm/potluck/values.yaml"));
    yaml(read("ops/helm/potluck/Chart.yaml"));
  }

  private static Object service(String name) throws IOException {
    Map<?, ?> compose = (Map<?, ?>) yaml(read("compose.yaml")).getFirst();
    return Objects.requireNonNull(
        ((Map<?, ?>) Objects.requireNonNull(compose.get("services"))).get(name));
  }

  private static List<Object> yaml(String text) {
    List<Object> documents = new java.util.ArrayList<>();
    new Load(LoadSettings.builder().build())
        .loadAllFromString(text)
        .forEach(document -> documents.add(document));
    return documents;
  }

  private static String read(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }
}
