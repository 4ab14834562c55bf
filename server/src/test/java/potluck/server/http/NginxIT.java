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
import potluck.server.scene.Scene;
import potluck.server.scene.Shell;
import potluck.server.scene.TestHouse;

/**
 * The nginx and the HAProxy of the documents in front of a Potluck and of two nodes that are down:
 * they take the file, and a stream comes through by TLS. Only where they and curl are installed.
 */
@Timeout(120)
class NginxIT {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"docs/production.md", "docs/production.zh-CN.md"})
  void nginxIsTakenAndLetsAStreamThrough(String page) throws Exception {
    assumeTrue(Shell.installed("nginx"), "there is no nginx here");
    try (Scene scene = new Scene(1);
        InFront front = InFront.nginx(folder, page, port(scene), UnaryOperator.identity())) {
      streamsComeThrough(front, scene);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/production.md", "docs/production.zh-CN.md"})
  void haproxyIsTakenAndLetsAStreamThrough(String page) throws Exception {
    assumeTrue(Shell.installed("haproxy"), "there is no HAProxy here");
    try (Scene scene = new Scene(1);
        Tap tap = new Tap(port(scene));
        InFront front = InFront.haproxy(folder, page, tap.port(), UnaryOperator.identity())) {
      // It goes on only where its own question is answered well.
      TestHouse.eventually(
          () ->
              tap.lines().stream().anyMatch(line -> line.saidYes("GET /readyz "))
                  ? Optional.of(1)
                  : Optional.empty());
      streamsComeThrough(front, scene);
    }
  }

  private static int port(Scene scene) {
    return URI.create(scene.house.url()).getPort();
  }

  private static void streamsComeThrough(InFront front, Scene scene)
      throws IOException, InterruptedException {
    assumeTrue(Shell.installed("curl"), "there is no curl here");
    for (int i = 0; i < 6; i++) { // Two of three nodes are down, whichever comes first.
      String said =
          InFront.said(
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
