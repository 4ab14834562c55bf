package potluck.server.documents;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.kit.FakeUpstream;
import potluck.server.testing.DocumentPage;
import potluck.server.testing.ShellRunner;
import potluck.server.testing.TestServer;

/**
 * Runs the commands of the documents against a server with fake providers, and checks their output.
 * DocumentedCommandsTest and CommandsPageIT check those of {@code ./potluck}.
 */
@Timeout(300)
class DocumentsIT {
  @TempDir private static Path folder;

  private static FakeUpstream upstream;
  private static TestServer server;

  @BeforeAll
  static void open() throws IOException {
    assumeTrue(ShellRunner.installed("curl"), "curl is not installed");
    upstream = FakeUpstream.start();
    Path providers = folder.resolve("providers.yaml");
    Files.writeString(
        providers,
        """
        openai: {dialect: openai, base_url: "%1$s/v1"}
        anthropic: {dialect: anthropic, auth: x-api-key, base_url: "%1$s"}
        gemini: {dialect: gemini, auth: x-goog-api-key, base_url: "%1$s"}
        """
            .formatted(upstream.address()));
    server = TestServer.start(Map.of("PROVIDERS_FILE", providers.toString()));
  }

  @AfterAll
  static void close() {
    if (server != null) {
      server.close();
      upstream.close();
    }
  }

  /** The pages with curl commands. */
  static List<DocumentPage> pages() {
    return DocumentPage.all().stream()
        .filter(page -> page.steps().stream().anyMatch(step -> step.command().contains("curl ")))
        .sorted(Comparator.comparing(DocumentPage::name))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void documentedOutputIsTheRealOutput(DocumentPage page) throws Exception {
    List<DocumentPage.Step> steps =
        page.steps().stream().filter(step -> !step.command().startsWith("./potluck")).toList();
    List<ShellRunner.ShellResult> results =
        ShellRunner.run(Files.createTempDirectory(folder, "typed"), server, steps, own(page));
    assertThat(results).hasSameSizeAs(steps);
    results.forEach(each -> check(page, each));
  }

  @Test
  void bothLanguagesShowTheSameCommands() {
    Function<DocumentPage, String> name = page -> page.name().replace(".zh-CN", "");
    Map<String, List<DocumentPage>> both = pages().stream().collect(groupingBy(name));
    assertThat(both).hasSizeGreaterThanOrEqualTo(9);
    both.forEach(
        (page, pair) ->
            assertThat(pair.stream().map(each -> each.steps().size()).distinct())
                .as(page)
                .hasSize(1));
  }

  private static void check(DocumentPage page, ShellRunner.ShellResult came) {
    String expected = came.step().expected();
    String what = page.name() + ": " + came.step().command() + "\n" + came.out();
    if (expected == null) {
      assertThat(came.status()).as(what).isZero();
    } else {
      String pattern =
          Arrays.stream(expected.replaceAll("\\s", "").split("…", -1))
              .map(Pattern::quote)
              .reduce((a, b) -> a + ".*" + b)
              .orElseThrow();
      assertThat(came.out().replaceAll("\\s", "").replace("127.0.0.1:" + port(), "127.0.0.1:8008"))
          .as(what)
          .matches(Pattern.compile(pattern, Pattern.DOTALL));
    }
  }

  /** Replacements for the placeholders in the pages. */
  private static Map<String, String> own(DocumentPage page) {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("http://127.0.0.1:8008", server.url());
    own.put("your_username", TestServer.ADMIN);
    own.put("your_password", TestServer.PASSWORD);
    own.put("ACCESS_TOKEN", server.admin());
    own.put("ADMIN_TOKEN", server.admin());
    own.put("YOUR_KEY", server.key(server.admin()));
    String demo = server.gateway().firstStartSecrets().demoKey().orElseThrow();
    own.put("sk-…the key that start printed…", demo);
    own.put("sk-…启动时打印的密钥…", demo);
    own.put("sk-…\"", "sk-upstream-secret\"");
    String invitation =
        server
            .call("POST", "/api/admin/invitations", server.admin(), "{}")
            .json()
            .path("code")
            .asText();
    own.put("THE-CODE", invitation);
    own.put("邀请码\"", invitation + "\"");
    own.put("\"ann\"", page.name().contains(".zh-CN") ? "\"anna\"" : "\"ann\"");
    return own;
  }

  private static String port() {
    return Integer.toString(server.gateway().port());
  }
}
