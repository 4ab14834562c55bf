package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.Tool;
import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.errors.ClientException;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;

/** The official Java SDKs of Anthropic and Google as clients, with several upstream dialects. */
class OtherSdksIT {
  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void anthropicSdkWorks(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      AnthropicClient client = anthropic(scene, scene.key);
      Message answer = client.messages().create(ask(scene).build());
      assertThat(answer.content().getFirst().asText().text()).isEqualTo(FakeAnswer.TEXT);
      assertThat(answer.usage().outputTokens()).isEqualTo(60);

      MessageAccumulator gathered = MessageAccumulator.create();
      try (StreamResponse<RawMessageStreamEvent> stream =
          client.messages().createStreaming(ask(scene).addTool(weather()).build())) {
        stream.stream().forEach(gathered::accumulate);
      }
      var call = gathered.message().content().getFirst().asToolUse();
      assertThat(call.name()).isEqualTo("weather");
      assertThat(gathered.message().stopReason().orElseThrow()).hasToString("tool_use");
      assertThat(
              client
                  .messages()
                  .create(
                      ask(scene)
                          .addTool(weather())
                          .addMessage(gathered.message())
                          .addUserMessageOfContentBlockParams(
                              java.util.List.of(
                                  com.anthropic.models.messages.ContentBlockParam.ofToolResult(
                                      com.anthropic.models.messages.ToolResultBlockParam.builder()
                                          .toolUseId(call.id())
                                          .content("sunny")
                                          .build())))
                          .build())
                  .content()
                  .getFirst()
                  .asText()
                  .text())
          .isEqualTo(FakeAnswer.TEXT);
      assertThat(
              client
                  .messages()
                  .countTokens(
                      MessageCountTokensParams.builder()
                          .model(scene.model)
                          .addUserMessage("hi")
                          .build())
                  .inputTokens())
          .isPositive();
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "anthropic"})
  void anthropicSdkUnderstandsErrors(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      AnthropicClient unauthorized = anthropic(scene, "sk-wrong");
      assertThatThrownBy(() -> unauthorized.messages().create(ask(scene).build()))
          .isInstanceOf(UnauthorizedException.class);
      unauthorized.close();
      scene.upstream().setDefaultScript(Script.PLAIN.withFault(Fault.rateLimited(7)));
      AnthropicClient client = anthropic(scene, scene.key);
      assertThatThrownBy(() -> client.messages().create(ask(scene).build()))
          .isInstanceOfSatisfying(
              RateLimitException.class,
              limited -> assertThat(limited.headers().values("retry-after")).containsExactly("7"));
      client.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void googleSdkWorks(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream);
        Client client = google(scene, scene.key)) {
      GenerateContentResponse answer = client.models.generateContent(scene.model, "hi", null);
      assertThat(answer.text()).isEqualTo(FakeAnswer.TEXT);
      assertThat(answer.usageMetadata().orElseThrow().promptTokenCount()).contains(219);
      StringBuilder text = new StringBuilder();
      try (ResponseStream<GenerateContentResponse> stream =
          client.models.generateContentStream(scene.model, "hi", null)) {
        stream.forEach(part -> text.append(part.text() == null ? "" : part.text()));
      }
      assertThat(text).hasToString(FakeAnswer.TEXT);
      assertThat(client.models.countTokens(scene.model, "hi", null).totalTokens().orElseThrow())
          .isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "gemini"})
  void googleSdkUnderstandsErrors(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream);
        Client client = google(scene, scene.key)) {
      scene.upstream().setDefaultScript(Script.PLAIN.withFault(Fault.rateLimited(7)));
      assertThatThrownBy(() -> client.models.generateContent(scene.model, "hi", null))
          .isInstanceOfSatisfying(
              ClientException.class, limited -> assertThat(limited.code()).isEqualTo(429));
    }
  }

  private static MessageCreateParams.Builder ask(PoolFixture scene) {
    return MessageCreateParams.builder().model(scene.model).maxTokens(1000).addUserMessage("hi");
  }

  private static Tool weather() {
    return Tool.builder()
        .name("weather")
        .inputSchema(
            Tool.InputSchema.builder()
                .properties(
                    Tool.InputSchema.Properties.builder()
                        .putAdditionalProperty(
                            "city",
                            com.anthropic.core.JsonValue.from(java.util.Map.of("type", "string")))
                        .build())
                .build())
        .build();
  }

  private static AnthropicClient anthropic(PoolFixture scene, String key) {
    return AnthropicOkHttpClient.builder()
        .baseUrl(scene.server.url())
        .apiKey(key)
        .maxRetries(0)
        .build();
  }

  private static Client google(PoolFixture scene, String key) {
    return Client.builder()
        .apiKey(key)
        .httpOptions(
            HttpOptions.builder()
                .baseUrl(scene.server.url())
                .retryOptions(HttpRetryOptions.builder().attempts(1).build())
                .build())
        .build();
  }
}
