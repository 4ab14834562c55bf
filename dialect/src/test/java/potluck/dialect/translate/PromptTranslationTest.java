package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import potluck.dialect.Dialect;
import potluck.dialect.SignatureCache;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.wire.JsonTree;

class PromptTranslationTest {
  private static final String CLAUDE_CODE =
      """
      {"model":"x","max_tokens":32000,"stream":true,
       "system":[{"type":"text","text":"x-anthropic-billing-header: a"},
        {"type":"text","text":"You code.","cache_control":{"type":"ephemeral"}}],
       "thinking":{"type":"adaptive"},"output_config":{"effort":"high"},
       "context_management":{"edits":[]},"metadata":{"user_id":"u"},
       "tools":[{"name":"read","description":"d","input_schema":{"$schema":"s","type":"object",
         "properties":{"p":{"type":["string","null"]}}}},
        {"type":"web_search_20250305","name":"web_search"}],
       "messages":[
        {"role":"user","content":[{"type":"text","text":"Hi"}]},
        {"role":"system","content":"env"},
        {"role":"assistant","content":[
          {"type":"thinking","thinking":"hm","signature":"SIG"},
          {"type":"tool_use","id":"t1","name":"read","input":{"p":"a\\"b"}},
          {"type":"tool_use","id":"t2","name":"read","input":{}}]},
        {"role":"user","content":[
          {"type":"tool_result","tool_use_id":"t2","content":"no such file","is_error":true},
          {"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"ok"},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"QUJD"}}]},
          {"type":"text","text":"and now?"}]}]}
      """;

  @Test
  void claudeCodeRequestIsTranslatedToOpenAi() {
    JsonNode body = body("anthropic", "openai", CLAUDE_CODE);
    assertThat(body.toString())
        .doesNotContain("cache_control", "billing", "SIG", "context_management", "metadata");
    JsonNode messages = body.path("messages");
    assertThat(messages.findValuesAsText("role"))
        .containsExactly("system", "user", "system", "assistant", "tool", "tool", "user");
    assertThat(messages.path(3).path("tool_calls").findValuesAsText("id"))
        .containsExactly("t1", "t2");
    assertThat(messages.path(4).path("content").asText()).isEqualTo("Error: no such file");
    assertThat(messages.path(6).path("content").path(0).path("image_url").path("url").asText())
        .isEqualTo("data:image/png;base64,QUJD");
    assertThat(messages.path(6).path("content").path(1).path("text").asText())
        .isEqualTo("and now?");
    assertThat(body.path("reasoning_effort").asText()).isEqualTo("high");
    assertThat(body.path("max_completion_tokens").asInt()).isEqualTo(32000);
    assertThat(body.path("stream_options").path("include_usage").asBoolean()).isTrue();
  }

  @Test
  void claudeCodeRequestIsTranslatedToGemini() {
    JsonNode body = body("anthropic", "gemini", CLAUDE_CODE);
    JsonNode contents = body.path("contents");
    assertThat(contents.findValuesAsText("role")).containsExactly("user", "model", "user");
    JsonNode calls = contents.path(1).path("parts");
    assertThat(calls.path(0).path("thoughtSignature").asText())
        .isEqualTo("skip_thought_signature_validator");
    assertThat(calls.path(1).has("thoughtSignature")).isFalse();
    JsonNode results = contents.path(2).path("parts");
    assertThat(results.path(0).path("functionResponse").path("name").asText()).isEqualTo("read");
    assertThat(results.path(0).path("functionResponse").path("response").path("error").asText())
        .isEqualTo("no such file");
    JsonNode function = body.path("tools").path(0).path("functionDeclarations").path(0);
    assertThat(function.path("parametersJsonSchema").has("$schema")).isTrue();
    assertThat(body.path("generationConfig").path("thinkingConfig").path("thinkingLevel").asText())
        .isEqualTo("HIGH");
  }

  @Test
  void claudeCodeRequestIsTranslatedToResponses() {
    JsonNode body = body("anthropic", "responses", CLAUDE_CODE);
    assertThat(body.path("input").findValuesAsText("call_id"))
        .containsExactly("t1", "t2", "t2", "t1");
    assertThat(body.path("store").asBoolean(true)).isFalse();
    assertThat(body.toString()).contains("input_image").doesNotContain("SIG");
  }

  @Test
  void lossesAreNamedAndRejectedInStrictMode() {
    DialectExchange exchange =
        exchange("anthropic", "openai", CLAUDE_CODE, TranslationOptions.DEFAULT);
    assertThat(exchange.losses().names())
        .contains("context_management", "tools[1]", "system.cache_control")
        .doesNotContain("metadata");
    TranslationOptions strict =
        new TranslationOptions(true, 8192, false, SignatureCache.NONE, 0, Prompt::estimateTokens);
    assertThatThrownBy(() -> exchange("anthropic", "openai", CLAUDE_CODE, strict))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("context_management");
  }

  @Test
  void openAiRequestIsTranslatedToAnthropic() {
    JsonNode body =
        body(
            "openai",
            "anthropic",
            """
            {"model":"x","temperature":1.5,"stop":["END"," "],"parallel_tool_calls":false,
             "tools":[{"type":"function","function":{"name":"f"}}],
             "messages":[{"role":"system","content":"a"},{"role":"developer","content":"b"},
              {"role":"user","content":"q"},
              {"role":"assistant","content":"","tool_calls":[
                {"id":"c:1","type":"function","function":{"name":"f","arguments":""}},
                {"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c2","content":"two"},
              {"role":"tool","tool_call_id":"c:1","content":""},
              {"role":"user","content":"and?"}]}
            """);
    assertThat(body.path("system").asText()).isEqualTo("a\n\nb");
    assertThat(body.path("max_tokens").asInt()).isEqualTo(8192);
    assertThat(body.path("temperature").asDouble()).isEqualTo(1.0);
    assertThat(body.path("stop_sequences")).hasSize(1);
    assertThat(body.path("tool_choice").path("disable_parallel_tool_use").asBoolean()).isTrue();
    JsonNode schema = body.path("tools").path(0).path("input_schema");
    assertThat(schema.path("type").asText()).isEqualTo("object");
    JsonNode messages = body.path("messages");
    assertThat(messages.findValuesAsText("role")).containsExactly("user", "assistant", "user");
    String id = messages.path(1).path("content").path(0).path("id").asText();
    assertThat(id).matches("[A-Za-z0-9_-]+");
    assertThat(messages.path(2).path("content").path(1).path("tool_use_id").asText()).isEqualTo(id);
    assertThat(messages.path(2).path("content").path(2).path("text").asText()).isEqualTo("and?");
  }

  @Test
  void signaturesReturnToGemini() {
    String signature = new ThoughtSignature("gemini", "c2ln").pack();
    String anthropic = CLAUDE_CODE.replace("\"SIG\"", "\"" + signature + "\"");
    JsonNode parts = body("anthropic", "gemini", anthropic).path("contents").path(1).path("parts");
    assertThat(parts.path(0).path("thoughtSignature").asText()).isEqualTo("c2ln");
    String openai =
        """
        {"model":"x","messages":[{"role":"user","content":"q"},{"role":"assistant","tool_calls":[
         {"id":"c1","type":"function","function":{"name":"f","arguments":"{}"},
          "extra_content":{"google":{"thought_signature":"c2ln"}}}]},
         {"role":"tool","tool_call_id":"c1","content":"{\\"$ref\\":1}"}]}
        """;
    JsonNode contents = body("openai", "gemini", openai).path("contents");
    assertThat(contents.path(1).path("parts").path(0).path("thoughtSignature").asText())
        .isEqualTo("c2ln");
    assertThat(contents.findValue("response").path("output").asText()).isEqualTo("{\"$ref\":1}");
  }

  @Test
  void signaturesDroppedByTheClientAreFoundByCallId() {
    Map<String, String> stored = new HashMap<>(Map.of("t1", "kept"));
    SignatureCache signatures =
        new SignatureCache() {
          @Override
          public void store(String callId, String value) {
            stored.put(callId, value);
          }

          @Override
          public @Nullable String find(String callId) {
            return stored.get(callId);
          }
        };
    TranslationOptions options =
        new TranslationOptions(false, 8192, false, signatures, 0, Prompt::estimateTokens);
    DialectExchange exchange = exchange("anthropic", "gemini", CLAUDE_CODE, options);
    assertThat(new String(exchange.body(), UTF_8)).contains("\"thoughtSignature\":\"kept\"");
  }

  @Test
  void signaturesOfOtherDialectsAreNotForwarded() {
    String foreign = new ThoughtSignature("gemini", "c2ln").pack();
    String body = CLAUDE_CODE.replace("\"SIG\"", "\"" + foreign + "\"");
    assertThat(body("anthropic", "responses", body).toString())
        .doesNotContain("c2ln", "encrypted_content\":\"", foreign);
  }

  @Test
  void toolNamesTooLongAreShortenedAndRestored() {
    String name = "mcp__" + "server_".repeat(12) + "tool";
    String request =
        "{\"model\":\"x\",\"max_tokens\":9,\"messages\":[],\"tools\":[{\"name\":\"%s\",\"input_schema\":{}}]}"
            .formatted(name);
    DialectExchange exchange = exchange("anthropic", "openai", request, TranslationOptions.DEFAULT);
    String sent = JsonTree.read(exchange.body()).findValue("name").asText();
    assertThat(sent).hasSizeLessThanOrEqualTo(64);
    String answer =
        "{\"id\":\"1\",\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"tool_calls\":[{\"id\":\"c\",\"function\":{\"name\":\"%s\",\"arguments\":\"\"}}]}}]}"
            .formatted(sent);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    exchange.passage().accept(answer.getBytes(UTF_8), 0, answer.length(), out);
    exchange.passage().end(out);
    JsonNode root = JsonTree.read(out.toByteArray());
    assertThat(root.path("content").path(0).path("name").asText()).isEqualTo(name);
    assertThat(root.path("content").path(0).path("input")).isEqualTo(JsonTree.object());
    assertThat(root.path("stop_reason").asText()).isEqualTo("tool_use");
  }

  @Test
  void contentsThatAreNoListAreRejectedAndNotLost() {
    String request = "{\"contents\":{\"role\":\"user\",\"parts\":[{\"text\":\"Hello\"}]}}";
    assertThatThrownBy(() -> exchange("gemini", "openai", request, TranslationOptions.DEFAULT))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("contents must be a list.");
  }

  @Test
  void threadsAreRejectedWithTheCodeOfTheDialect() {
    String request = "{\"model\":\"x\",\"thread\":{\"type\":\"create\"},\"messages\":[]}";
    assertThatThrownBy(() -> exchange("anthropic", "openai", request, TranslationOptions.DEFAULT))
        .isInstanceOfSatisfying(
            FailureException.class,
            r ->
                assertThat(
                        new String(
                            dialect("anthropic").writeFailure(r.failure(), "r").body(), UTF_8))
                    .contains("\"error_code\":\"thread_unsupported_request\""));
  }

  @Test
  void codexRequestIsTranslatedToAnthropicAndGemini() {
    String codex =
        """
        {"model":"x","stream":true,"store":false,"include":["reasoning.encrypted_content"],
         "instructions":"i","reasoning":{"effort":"high"},
         "tools":[{"type":"function","name":"shell","parameters":{"type":"object"}},
          {"type":"namespace","name":"n","tools":[{"type":"function","name":"in"}]},
          {"type":"web_search"}],
         "input":[{"type":"message","role":"developer","content":[{"type":"input_text","text":"d"}]},
          {"role":"user","content":"q"},
          {"type":"reasoning","summary":[],"encrypted_content":"E"},
          {"type":"function_call","call_id":"c1","name":"shell","arguments":"{}"},
          {"type":"function_call","call_id":"c2","namespace":"n","name":"in","arguments":"{}"},
          {"type":"function_call_output","call_id":"c2","output":"2"},
          {"type":"function_call_output","call_id":"c1","output":"1"}]}
        """;
    JsonNode anthropic = body("responses", "anthropic", codex);
    assertThat(anthropic.path("messages").findValuesAsText("role"))
        .containsExactly("user", "assistant", "user");
    assertThat(anthropic.path("tools").findValuesAsText("name")).containsExactly("shell", "n__in");
    assertThat(anthropic.has("thinking")).isFalse();
    JsonNode gemini = body("responses", "gemini", codex);
    assertThat(gemini.path("contents").path(2).findValuesAsText("name"))
        .containsExactly("n__in", "shell");
    String text =
        body("responses", "openai", "{\"model\":\"x\",\"input\":\"just this\"}").toString();
    assertThat(text).contains("just this");
  }

  @Test
  void geminiRequestIsTranslatedToOpenAi() {
    JsonNode body =
        body(
            "gemini",
            "openai",
            """
            {"system_instruction":{"parts":[{"text":"s"}]},
             "generation_config":{"max_output_tokens":5,"stop_sequences":["a","b","c","d","e"],
              "response_mime_type":"application/json",
              "response_schema":{"type":"OBJECT","properties":{"type":{"type":"STRING","nullable":true}}}},
             "tools":[{"function_declarations":[{"name":"f","parameters":{"type":"OBJECT",
               "properties":{"n":{"type":"INTEGER"}}}}]}],
             "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["f"]}},
             "contents":[{"role":"user","parts":[{"text":"q"},
               {"inline_data":{"mime_type":"image/png","data":"QUJD"}}]},
              {"role":"model","parts":[{"functionCall":{"name":"f","args":{"n":1}}},
               {"functionCall":{"name":"f","args":{"n":2}}}]},
              {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"one"}}},
               {"functionResponse":{"name":"f","response":{"x":2}}}]}]}
            """);
    assertThat(body.path("stop")).hasSize(4);
    assertThat(body.path("tool_choice").path("function").path("name").asText()).isEqualTo("f");
    assertThat(body.path("response_format").toString())
        .contains("{\"type\":[\"string\",\"null\"]}");
    JsonNode messages = body.path("messages");
    assertThat(messages.path(3).path("tool_call_id").asText())
        .isEqualTo(messages.path(2).path("tool_calls").path(0).path("id").asText());
    assertThat(messages.path(3).path("content").asText()).isEqualTo("one");
    assertThat(messages.path(4).path("content").asText()).isEqualTo("{\"x\":2}");
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
