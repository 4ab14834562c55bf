package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import potluck.kit.fake.Said;
import potluck.kit.fake.Script;
import potluck.server.scene.Scene;
import potluck.server.scene.TestHouse;

/** Providers that answer with more than anybody asked for. */
class AnswerSizeIT {
  @Test
  void anAnswerThatIsTooLargeIsRefusedAndAStreamOfTheSameSizePasses() {
    TestHouse house = TestHouse.shared().another(Map.of("POTLUCK_MAX_ANSWER_BYTES", "65536"));
    try (Scene scene = new Scene(2)) {
      TestHouse.eventually(
          () ->
              house.call("GET", "/v1/models", scene.key, null).text().contains(scene.model)
                  ? Optional.of(1)
                  : Optional.empty());
      scene.upstream().always(Script.PLAIN.says(Said.text("a".repeat(200_000))));
      TestHouse.Said whole =
          house.call("POST", "/v1/chat/completions", scene.key, scene.body(false));
      assertThat(whole.status()).isEqualTo(502);
      assertThat(whole.text()).contains("POTLUCK_MAX_ANSWER_BYTES");
      // Another account would be paid for the same.
      assertThat(scene.upstreams.get(1).requests()).isEmpty();
      TestHouse.eventually(
          () ->
              house
                      .call("POST", "/v1/chat/completions", scene.key, scene.body(true))
                      .text()
                      .endsWith("data: [DONE]\n\n")
                  ? Optional.of(1)
                  : Optional.empty());
    } finally {
      house.close();
    }
  }
}
