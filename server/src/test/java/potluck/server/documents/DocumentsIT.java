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
import potluck.server.scene.Manual;
import potluck.server.scene.Shell;
import potluck.server.scene.TestHouse;

/**
 * The commands of the documents are typed, at a house whose providers are fake. Those of {@code
 * ./potluck} are held against the program in DocumentsTest.
 */
@Timeout(300)
class DocumentsIT {
  @TempDir private static Path folder;

  private static FakeUpstream upstream;
  private static TestHouse house;

  @BeforeAll
  static void open() throws IOException {
    assumeTrue(Shell.installed("curl"), "there is no curl here");
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
    house = TestHouse.own(Map.of("PROVIDERS_FILE", providers.toString()));
  }

  @AfterAll
  static void close() {
    if (house != null) {
      house.close();
      upstream.close();
    }
  }

  /** The pages that show an answer of the API. */
  static List<Manual> pages() {
    return Manual.all().stream()
        .filter(page -> page.steps().stream().anyMatch(step -> step.command().contains("curl ")))
        .sorted(Comparator.comparing(Manual::name))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void whatIsShownIsWhatHappens(Manual page) throws Exception {
    List<Manual.Step> steps =
        page.steps().stream().filter(step -> !step.command().startsWith("./potluck")).toList();
    List<Shell.Came> came =
        Shell.run(Files.createTempDirectory(folder, "typed"), house, steps, own(page));
    assertThat(came).hasSameSizeAs(steps);
    came.forEach(each -> check(page, each));
  }

  @Test
  void bothLanguagesShowTheSame() {
    Function<Manual, String> name = page -> page.name().replace(".zh-CN", "");
    Map<String, List<Manual>> both = pages().stream().collect(groupingBy(name));
    assertThat(both).hasSizeGreaterThanOrEqualTo(9);
    both.forEach(
        (page, pair) ->
            assertThat(pair.stream().map(each -> each.steps().size()).distinct())
                .as(page)
                .hasSize(1));
  }

  private static void check(Manual manual, Shell.Came came) {
    String says = came.step().says();
    String what = manual.name() + ": " + came.step().command() + "\n" + came.out();
    if (says == null) {
      assertThat(came.status()).as(what).isZero();
    } else {
      String pattern =
          Arrays.stream(says.replaceAll("\\s", "").split("…", -1))
              .map(Pattern::quote)
              .reduce((a, b) -> a + ".*" + b)
              .orElseThrow();
      assertThat(came.out().replaceAll("\\s", "").replace("127.0.0.1:" + port(), "127.0.0.1:8008"))
          .as(what)
          .matches(Pattern.compile(pattern, Pattern.DOTALL));
    }
  }

  /** What readers put in the place of what stands in the pages. */
  private static Map<String, String> own(Manual page) {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("http://127.0.0.1:8008", house.url());
    own.put("your_username", TestHouse.ADMIN);
    own.put("your_password", TestHouse.PASSWORD);
    own.put("ACCESS_TOKEN", house.admin());
    own.put("ADMIN_TOKEN", house.admin());
    own.put("YOUR_KEY", house.key(house.admin()));
    String demo = house.gateway().tickets().demoKey().orElseThrow();
    own.put("sk-…the key that start printed…", demo);
    own.put("sk-…启动时打印的密钥…", demo);
    own.put("sk-…\"", "sk-upstream-secret\"");
    String invitation =
        house
            .call("POST", "/api/admin/invitations", house.admin(), "{}")
            .json()
            .path("code")
            .asText();
    own.put("THE-CODE", invitation);
    own.put("邀请码\"", invitation + "\"");
    own.put("\"ann\"", page.name().contains(".zh-CN") ? "\"anna\"" : "\"ann\"");
    return own;
  }

  private static String port() {
    return Integer.toString(house.gateway().port());
  }
}
