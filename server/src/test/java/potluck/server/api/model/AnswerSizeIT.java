package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Answers larger than {@code POTLUCK_MAX_ANSWER_BYTES} are refused, unless they are streams. */
class AnswerSizeIT {
  @Test
  void tooLargeAnswerIsRefusedButStreamsPass() {
    TestServer server = TestServer.shared().secondNode(Map.of("POTLUCK_MAX_ANSWER_BYTES", "65536"));
    try (PoolFixture scene = new PoolFixture(2)) {
      TestServer.eventually(
          () ->
              server.call("GET", "/v1/models", scene.key, null).text().contains(scene.model)
                  ? Optional.of(1)
                  : Optional.empty());
      scene
          .upstream()
          .setDefaultScript(Script.PLAIN.withAnswer(FakeAnswer.text("a".repeat(200_000))));
      TestServer.Response whole =
          server.call("POST", "/v1/chat/completions", scene.key, scene.body(false));
      assertThat(whole.status()).isEqualTo(502);
      assertThat(whole.text()).contains("POTLUCK_MAX_ANSWER_BYTES");
      // No failover: another account would cost again and return the same.
      assertThat(scene.upstreams.get(1).requests()).isEmpty();
      TestServer.eventually(
          () ->
              server
                      .call("POST", "/v1/chat/completions", scene.key, scene.body(true))
                      .text()
                      .endsWith("data: [DONE]\n\n")
                  ? Optional.of(1)
                  : Optional.empty());
    } finally {
      server.close();
    }
  }
}
