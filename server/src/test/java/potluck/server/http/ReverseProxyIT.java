package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.ShellRunner;
import potluck.server.testing.TestServer;

/**
 * nginx and HAProxy with the configuration of the documents, in front of one running node and two
 * that are down: they accept the configuration and pass streams over TLS. Skipped if they or curl
 * are not installed.
 */
@Timeout(120)
class ReverseProxyIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"docs/operate/production.md", "docs/operate/production.zh-CN.md"})
  void nginxConfigurationPassesStreams(String page) throws Exception {
    assumeTrue(ShellRunner.installed("nginx"), "nginx is not installed");
    try (PoolFixture scene = new PoolFixture(1);
        FrontProxy front = FrontProxy.nginx(folder, page, port(scene), UnaryOperator.identity())) {
      checkStreams(front, scene);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/operate/production.md", "docs/operate/production.zh-CN.md"})
  void haproxyConfigurationPassesStreams(String page) throws Exception {
    assumeTrue(ShellRunner.installed("haproxy"), "HAProxy is not installed");
    try (PoolFixture scene = new PoolFixture(1);
        RecordingProxy tap = new RecordingProxy(port(scene));
        FrontProxy front = FrontProxy.haproxy(folder, page, tap.port(), UnaryOperator.identity())) {
      // HAProxy uses a node only after a successful health check.
      TestServer.eventually(
          () ->
              tap.lines().stream().anyMatch(line -> line.succeeded("GET /readyz "))
                  ? Optional.of(1)
                  : Optional.empty());
      checkStreams(front, scene);
    }
  }

  private static int port(PoolFixture scene) {
    return URI.create(scene.server.url()).getPort();
  }

  private static void checkStreams(FrontProxy front, PoolFixture scene)
      throws IOException, InterruptedException {
    assumeTrue(ShellRunner.installed("curl"), "curl is not installed");
    for (int i = 0; i < 6; i++) { // Two of three nodes are down, whichever comes first.
      String said =
          FrontProxy.run(
              "curl",
              "-skN",
              "https://127.0.0.1:" + front.port() + "/v1/chat/completions",
              "-H",
              "Authorization: Bearer " + scene.key,
              "-H",
              "Content-Type: application/json",
              "-d",
              scene.body(true));
      assertThat(said).contains("data: {", "data: [DONE]");
    }
    assertThat(scene.upstream().requests()).hasSize(6);
  }
}
