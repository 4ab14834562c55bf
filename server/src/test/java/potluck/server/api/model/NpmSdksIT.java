package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.fake.FakeAnswer;
import potluck.server.testing.DocumentPage;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.ShellRunner;
import potluck.server.testing.TestServer;

/** The official npm SDKs as clients; skipped if Node or the npm packages are missing. */
class NpmSdksIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("target/sdk");

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    for (String file : List.of("package.json", "sdks.mjs")) {
      try (InputStream in = NpmSdksIT.class.getResourceAsStream("/sdk/" + file)) {
        Files.write(FOLDER.resolve(file), in.readAllBytes());
      }
    }
    assumeTrue(run("node", "--version") != null, "there is no Node here");
    boolean installed = Files.isDirectory(FOLDER.resolve("node_modules/openai"));
    assumeTrue(
        installed || run("npm", "install", "--no-audit", "--no-fund", "--no-package-lock") != null,
        "the npm packages cannot be fetched here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void eachSdkReadsTextAndUsage(String upstream) throws IOException, InterruptedException {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      String said = run("node", "sdks.mjs", scene.server.url(), scene.key, scene.model);
      List<String> lines = said == null ? List.of() : said.lines().toList();
      assertThat(lines).as(Files.readString(FOLDER.resolve("stderr.log"))).hasSize(4);
      for (String line : lines) {
        JsonNode seen = JSON.readTree(line);
        assertThat(seen.path("text").asText()).as(line).isEqualTo(FakeAnswer.TEXT);
        assertThat(seen.path("input").asLong()).as(line).isEqualTo(219);
        assertThat(seen.path("output").asLong()).as(line).isEqualTo(60);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/guides/clients.md", "docs/guides/clients.zh-CN.md"})
  void documentedSamplesRun(String page) throws IOException, InterruptedException {
    String samples =
        DocumentPage.of(page).blocks().stream()
            .filter(
                block -> block.getFirst().startsWith("import ") && block.getFirst().endsWith(";"))
            .map(block -> String.join("\n", block))
            .collect(Collectors.joining("\n"));
    assertThat(samples).contains("new OpenAI(", "new Anthropic(", "new GoogleGenAI(");
    try (PoolFixture scene = new PoolFixture(1)) {
      Map<String, String> own =
          Map.of(
              "http://127.0.0.1:8008", scene.server.url(),
              "YOUR_KEY", scene.key,
              "gpt-4.1-mini", scene.model);
      Files.writeString(FOLDER.resolve("samples.mjs"), ShellRunner.substitute(samples, own));
      assertThat(run("node", "samples.mjs"))
          .as(Files.readString(FOLDER.resolve("stderr.log")))
          .isEqualTo(FakeAnswer.TEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/guides/api.md", "docs/guides/api.zh-CN.md"})
  void documentedRefreshSampleStaysLoggedIn(String page) throws IOException, InterruptedException {
    String sample =
        DocumentPage.of(page).blocks().stream()
            .filter(block -> block.getFirst().startsWith("let tokens"))
            .map(block -> String.join("\n", block))
            .collect(Collectors.joining());
    TestServer server = TestServer.shared();
    String login =
        server
            .call(
                "POST",
                "/api/auth/login",
                null,
                "{\"username\":\"%s\",\"password\":\"%s\"}"
                    .formatted(TestServer.ADMIN, TestServer.PASSWORD))
            .text();
    Files.writeString(
        FOLDER.resolve("page.mjs"),
        """
        const POTLUCK = '%s';
        const kept = { tokens: JSON.stringify({ ...%s, access_token: 'spoilt' }) };
        globalThis.localStorage = {
          getItem: (name) => kept[name], setItem: (name, value) => { kept[name] = value; } };
        %s
        const me = await (await call('/api/auth/me')).json();
        console.log(me.username, JSON.parse(kept.tokens).access_token !== 'spoilt');
        """
            .formatted(server.url(), login, sample));
    assertThat(run("node", "page.mjs"))
        .as(Files.readString(FOLDER.resolve("stderr.log")))
        .isEqualTo(TestServer.ADMIN + " true\n");
  }

  /** The output of a command; null if the command does not exist or fails. */
  private static @Nullable String run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(FOLDER.toFile())
              .redirectError(FOLDER.resolve("stderr.log").toFile())
              .start();
    } catch (IOException e) {
      return null;
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor(120, TimeUnit.SECONDS) && process.exitValue() == 0 ? said : null;
  }
}
