package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.fake.FakeAnswer;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Model names with slashes, colons and dots in paths, and invalid queries of model lists. */
class ModelNamesIT {
  private final String model = "meta/llama-3.1:70b/" + UUID.randomUUID();

  @Test
  void nameWithSlashesIsFoundPlainAndEncoded() {
    try (PoolFixture scene = new PoolFixture(1, "openai", model)) {
      for (String path : new String[] {model, model.replace("/", "%2F").replace(":", "%3A")}) {
        TestServer.Response said = scene.server.call("GET", "/v1/models/" + path, scene.key, null);
        assertThat(said.status()).as(said.text()).isEqualTo(200);
        assertThat(said.json().path("id").asText()).isEqualTo(model);
      }
      assertThat(
              scene.server.call("GET", "/v1/models/meta/none", scene.key, null).json().toString())
          .contains("model_not_found");
    }
  }

  @Test
  void invalidListQueryHasTheErrorFormOfItsPath() {
    try (PoolFixture scene = new PoolFixture(1)) {
      TestServer.Response openai = scene.server.call("GET", "/v1/models?limit=0", scene.key, null);
      assertThat(openai.status()).isEqualTo(422);
      assertThat(openai.json().path("error").path("type").asText())
          .isEqualTo("invalid_request_error");
      assertThat(openai.json().path("error").path("message").asText())
          .isEqualTo("limit must be a number from 1 to 1000.");
      TestServer.Response gemini =
          scene.server.call("GET", "/v1beta/models?pageSize=-1", scene.key, null);
      assertThat(gemini.json().path("error").path("status").asText()).isEqualTo("INVALID_ARGUMENT");
      assertThat(gemini.json().path("error").path("code").asInt()).isEqualTo(gemini.status());
      TestServer.Response antiHub =
          scene.server.call("GET", "/api/plugin-api/models?limit=0", scene.key, null);
      assertThat(antiHub.json().path("detail").asText()).contains("limit");
      for (String size : new String[] {"0", "5000"}) {
        assertThat(
                scene
                    .server
                    .call("GET", "/v1beta/models?pageSize=" + size, scene.key, null)
                    .json()
                    .path("models"))
            .as(size)
            .isNotEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "gemini"})
  void nameWithSlashesWorksOnGeminiPaths(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream, model)) {
      String body = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}";
      TestServer.Response said =
          scene.server.call(
              "POST", "/v1beta/models/" + model + ":generateContent", scene.key, body);
      assertThat(said.status()).as(said.text()).isEqualTo(200);
      assertThat(said.text()).contains(FakeAnswer.TEXT);
    }
  }
}
