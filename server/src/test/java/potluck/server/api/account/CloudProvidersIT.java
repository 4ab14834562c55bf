package potluck.server.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.server.testing.TestServer;

/** Claude on Bedrock and Vertex AI, and Gemini on Vertex AI, called in two dialects. */
class CloudProvidersIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final TestServer server = TestServer.shared();
  private final String admin = server.admin();
  private final String key = server.key(admin);
  private final FakeCloud cloud = new FakeCloud();
  private final String model = "claude-sonnet-4-5-" + UUID.randomUUID();

  @AfterEach
  void close() {
    cloud.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {FakeCloud.ACCESS + ":" + FakeCloud.SECRET, FakeCloud.BEARER})
  void bedrockServesClaude(String credential) {
    account("bedrock-claude", cloud.url(), credential, "anthropic.claude-sonnet-4-5-v1:0");
    checkAllCallForms();
    assertThat(cloud.paths())
        .contains(
            "/model/anthropic.claude-sonnet-4-5-v1%3A0/invoke",
            "/model/anthropic.claude-sonnet-4-5-v1%3A0/invoke-with-response-stream");
  }

  @Test
  void vertexServesClaudeWithTokensOfAServiceAccount() {
    account(
        "vertex-claude",
        cloud.url() + "/v1/projects/p/locations/l/publishers/anthropic",
        cloud.keyFile(),
        "claude-sonnet-4-5@20250929");
    checkAllCallForms();
    assertThat(cloud.tokens()).isEqualTo(1);
    assertThat(cloud.paths())
        .contains(
            "/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4-5%4020250929"
                + ":streamRawPredict");
  }

  @Test
  void vertexServesGemini() {
    account(
        "vertex-gemini",
        cloud.url() + "/v1/projects/p/locations/l/publishers/google",
        cloud.keyFile(),
        "gemini-2.5-pro");
    JsonNode said = chat(false).json();
    assertThat(said.path("choices").path(0).path("message").path("content").asText())
        .isEqualTo("Hello from a cloud");
    assertThat(cloud.paths())
        .containsExactly(
            "/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:generateContent");
  }

  @Test
  void wrongSignatureIsTheAccountsFault() {
    account("bedrock-claude", cloud.url(), FakeCloud.ACCESS + ":" + "x".repeat(40), "m:0");
    assertThat(chat(false).status()).isEqualTo(502);
  }

  @Test
  void bedrockStreamExceptionIsAnErrorAndNotAnEnd() {
    account(
        "bedrock-claude",
        cloud.url(),
        FakeCloud.ACCESS + ":" + FakeCloud.SECRET,
        "anthropic.claude-sonnet-4-5-v1:0");
    cloud.failStreamWith("throttlingException");
    String said = messages(true).text();
    assertThat(said).contains("Hello from").contains("event: error").doesNotContain("message_stop");
  }

  /**
   * Calls the model in OpenAI's and Anthropic's dialect, with and without streaming, and checks the
   * token counts of the last call.
   */
  private void checkAllCallForms() {
    assertThat(chat(false).json().path("choices").path(0).path("message").path("content").asText())
        .isEqualTo("Hello from a cloud");
    assertThat(chat(true).text()).contains("Hello from", " a cloud").endsWith("data: [DONE]\n\n");
    JsonNode message = messages(false).json();
    assertThat(message.path("content").path(0).path("text").asText())
        .isEqualTo("Hello from a cloud");
    TestServer.Response stream = messages(true);
    assertThat(stream.text()).contains("Hello from", " a cloud").contains("event: message_stop\n");
    for (JsonNode body : cloud.bodies()) {
      assertThat(body.path("messages").path(0).path("role").asText()).isEqualTo("user");
    }
    JsonNode row = row(stream.header("x-request-id").orElseThrow());
    assertThat(row.path("input_tokens").asInt()).isEqualTo(11);
    assertThat(row.path("output_tokens").asInt()).isEqualTo(5);
    assertThat(row.path("estimated").asBoolean()).isFalse();
  }

  private JsonNode row(String id) {
    return TestServer.eventually(
        () -> {
          for (JsonNode row :
              server
                  .call("GET", "/api/usage/logs?limit=20&model_name=" + model, admin, null)
                  .json()
                  .path("data")
                  .path("logs")) {
            if (row.path("request_id").asText().equals(id)) {
              return java.util.Optional.of(row);
            }
          }
          return java.util.Optional.empty();
        });
  }

  private TestServer.Response chat(boolean stream) {
    return server.call(
        "POST",
        "/v1/chat/completions",
        key,
        "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model, stream));
  }

  private TestServer.Response messages(boolean stream) {
    return server.call(
        "POST",
        "/v1/messages",
        key,
        ("{\"stream\":%s,\"model\":\"%s\",\"max_tokens\":99,"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
            .formatted(stream, model));
  }

  private void account(String provider, String url, String credential, String name) {
    TestServer.Response said =
        server.call(
            "POST",
            "/api/plugin-api/accounts",
            admin,
            JSON.valueToTree(
                    Map.of(
                        "provider",
                        provider,
                        "base_url",
                        url,
                        "api_key",
                        credential,
                        "models",
                        List.of(model),
                        "model_map",
                        Map.of(model, name),
                        "is_shared",
                        1))
                .toString());
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.text()).doesNotContain("PRIVATE KEY").doesNotContain(FakeCloud.SECRET);
  }
}
