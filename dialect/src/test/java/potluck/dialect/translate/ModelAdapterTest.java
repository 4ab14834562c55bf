package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.Set;
import org.junit.jupiter.api.Test;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.wire.JsonTree;

/** Requests are adapted to the model, and clients get back the form that they sent. */
class ModelAdapterTest {
  private static final String ADAPTIVE =
      """
      {"model":"m","stream":true,"max_tokens":32000,"thinking":{"type":"adaptive"},
       "output_config":{"effort":"high"},
       "messages":[{"role":"user","content":"hi"},{"role":"system","content":"env"}]}
      """;

  @Test
  void forwardDropsSignaturesOfOtherDialects() {
    String packed = new ThoughtSignature("gemini", "VALUE").pack();
    JsonNode anthropic =
        body(
            "anthropic",
            "anthropic",
            """
            {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"},
             {"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"%s"},
               {"type":"thinking","thinking":"u","signature":"OWN"},{"type":"text","text":"a"}]},
             {"role":"user","content":"r"}]}
            """
                .formatted(packed));
    assertThat(anthropic.path("messages").path(1).path("content").findValuesAsText("signature"))
        .containsExactly("OWN");
    JsonNode gemini =
        body(
            "gemini",
            "gemini",
            """
            {"contents":[{"role":"user","parts":[{"text":"q"}]},{"role":"model","parts":[
              {"functionCall":{"name":"f","args":{}},"thoughtSignature":"%s"}]}]}
            """
                .formatted(packed));
    assertThat(gemini.findValuesAsText("thoughtSignature"))
        .containsExactly("skip_thought_signature_validator");
    JsonNode responses =
        body(
            "responses",
            "responses",
            """
            {"model":"m","input":[{"type":"reasoning","summary":[],"encrypted_content":"%s"},
              {"role":"user","content":"q"}]}
            """
                .formatted(packed));
    assertThat(responses.path("input")).hasSize(1);
  }

  @Test
  void forwardAdaptsThinkingToTheModel() {
    Target old =
        new Target(dialect("anthropic"), "m", Set.of("thinking-budget", "no-system-turns"));
    Dialect client = dialect("anthropic");
    JsonNode fitted =
        JsonTree.read(
            DialectExchange.between(
                    client, client.scan(ADAPTIVE.getBytes(UTF_8)), old, TranslationOptions.DEFAULT)
                .body());
    assertThat(fitted.path("thinking").path("type").asText()).isEqualTo("enabled");
    assertThat(fitted.path("thinking").path("budget_tokens").asInt()).isBetween(1024, 31_999);
    assertThat(fitted.has("output_config")).isFalse();
    assertThat(fitted.path("messages").findValuesAsText("role")).doesNotContain("system");
    assertThat(fitted.path("messages").path(1).path("content").asText()).contains("env");
    String enabled =
        "{\"model\":\"m\",\"max_tokens\":9000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":5000},\"messages\":[]}";
    Target young = new Target(dialect("anthropic"), "m", Set.of("thinking-adaptive"));
    JsonNode adaptive =
        JsonTree.read(
            DialectExchange.between(
                    client, client.scan(enabled.getBytes(UTF_8)), young, TranslationOptions.DEFAULT)
                .body());
    assertThat(adaptive.path("thinking").path("type").asText()).isEqualTo("adaptive");
    assertThat(adaptive.path("output_config").path("effort").asText()).isEqualTo("medium");
  }

  @Test
  void systemTurnsStayInPlaceForNewerClaude() {
    Target target = new Target(dialect("anthropic"), "m", Set.of("system-turns"));
    String request =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"},{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"user\",\"content\":\"r\"}]}";
    Dialect client = dialect("openai");
    JsonNode body =
        JsonTree.read(
            DialectExchange.between(
                    client,
                    client.scan(request.getBytes(UTF_8)),
                    target,
                    TranslationOptions.DEFAULT)
                .body());
    assertThat(body.path("messages").findValuesAsText("role"))
        .containsExactly("user", "system", "user");
  }

  @Test
  void responsesClientGetsNamespacesAndCustomToolsBack() {
    String request =
        """
        {"model":"m","stream":true,"tools":[
          {"type":"namespace","name":"mcp__files","tools":[
            {"type":"function","name":"read","parameters":{"type":"object"}}]},
          {"type":"custom","name":"apply_patch","format":{"type":"grammar","definition":"G"}},
          {"type":"web_search"}],
         "input":[{"role":"user","content":"q"},
          {"type":"function_call","call_id":"c1","namespace":"mcp__files","name":"read","arguments":"{}"},
          {"type":"function_call_output","call_id":"c1","output":"x"}]}
        """;
    JsonNode body = body("responses", "openai", request);
    assertThat(body.path("tools").path(0).path("function").path("name").asText())
        .isEqualTo("mcp__files__read");
    assertThat(body.path("tools").path(1).toString()).contains("\"input\"", "G");
    assertThat(
            body.path("messages").path(1).path("tool_calls").path(0).path("function").path("name"))
        .hasToString("\"mcp__files__read\"");
    Passage passage =
        exchange("responses", "openai", request, TranslationOptions.DEFAULT).passage();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] answer =
        """
        data: {"id":"x","choices":[{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"mcp__files__read","arguments":"{}"}}]}}]}

        data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"apply_patch","arguments":"{\\"input\\":\\"*** Begin\\"}"}}]}}]}

        data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        data: [DONE]

        """
            .getBytes(UTF_8);
    passage.accept(answer, 0, answer.length, out);
    String text = out.toString(UTF_8);
    assertThat(text)
        .contains("\"namespace\":\"mcp__files\"", "\"name\":\"read\"")
        .contains("event: response.custom_tool_call_input.done", "\"input\":\"*** Begin\"")
        .contains("\"type\":\"custom_tool_call\"");
  }

  private static JsonNode body(String client, String up, String request) {
    return JsonTree.read(exchange(client, up, request, TranslationOptions.DEFAULT).body());
  }

  private static DialectExchange exchange(
      String client, String up, String request, TranslationOptions options) {
    Target target = new Target(dialect(up), "m", Set.of());
    Dialect dialect = dialect(client);
    return DialectExchange.between(dialect, dialect.scan(request.getBytes(UTF_8)), target, options);
  }

  private static Dialect dialect(String name) {
    return Dialects.find(name).orElseThrow();
  }
}
