package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import potluck.kit.RecordedRequest;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;

/** OpenAI's official Java SDK as the client, over sockets, against a strict upstream. */
class OpenAiSdkIT {
  private final PoolFixture scene = new PoolFixture(1);
  private final OpenAIClient client = client(scene.key);

  @AfterEach
  void clear() {
    client.close();
    scene.close();
  }

  @Test
  void completeAnswerHasUsage() {
    ChatCompletion answer = client.chat().completions().create(ask().build());
    assertThat(answer.choices().getFirst().message().content()).contains(FakeAnswer.TEXT);
    assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(219);
    assertThat(answer.model()).isEqualTo(scene.model);
  }

  @Test
  void streamIsInOrderAndHasNoUsageByDefault() {
    StringBuilder text = new StringBuilder();
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(ask().build())) {
      stream.stream()
          .forEach(
              chunk -> {
                assertThat(chunk.choices()).isNotEmpty();
                chunk.choices().getFirst().delta().content().ifPresent(text::append);
              });
    }
    assertThat(text).hasToString(FakeAnswer.TEXT);
  }

  @Test
  void streamHasUsageIfRequested() {
    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(
                ask()
                    .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                    .build())) {
      List<ChatCompletionChunk> chunks = stream.stream().toList();
      assertThat(chunks.getLast().choices()).isEmpty();
      assertThat(chunks.getLast().usage().orElseThrow().completionTokens()).isEqualTo(60);
    }
  }

  @Test
  void toolCallRoundTrip() {
    ChatCompletion call =
        client.chat().completions().create(ask().addFunctionTool(weather()).build());
    var tool =
        call.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction();
    assertThat(tool.function().name()).isEqualTo("weather");
    assertThat(tool.function().arguments()).isEqualTo(FakeAnswer.ARGUMENTS);
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                ask()
                    .addFunctionTool(weather())
                    .addMessage(call.choices().getFirst().message())
                    .addMessage(
                        com.openai.models.chat.completions.ChatCompletionToolMessageParam.builder()
                            .toolCallId(tool.id())
                            .content("sunny")
                            .build())
                    .build());
    assertThat(answer.choices().getFirst().message().content()).contains(FakeAnswer.TEXT);
  }

  @Test
  void cancelledCallClosesTheUpstream() throws InterruptedException {
    scene.upstream().enqueue(Script.PLAIN.withFault(new Fault.EventDelay(Duration.ofMillis(200))));
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(ask().build())) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      assertThat(chunks.next().choices()).isNotEmpty();
    }
    RecordedRequest seen = scene.upstream().takeRequest();
    seen.awaitClientGone();
    assertThat(seen.wasAborted()).isTrue();
  }

  @Test
  void wrongKeyIsUnauthorized() {
    OpenAIClient unauthorized = client("sk-wrong");
    assertThatThrownBy(() -> unauthorized.chat().completions().create(ask().build()))
        .isInstanceOf(UnauthorizedException.class)
        .hasMessageContaining("API key");
    unauthorized.close();
    assertThat(scene.upstream().requests()).isEmpty();
  }

  @Test
  void unknownModelIsNotFound() {
    assertThatThrownBy(
            () -> client.chat().completions().create(ask().model("no-such-model").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no-such-model");
  }

  @Test
  void upstreamRateLimitIsPassedOnWithRetryAfter() {
    scene.upstream().enqueue(Script.PLAIN.withFault(Fault.rateLimited(7)));
    assertThatThrownBy(() -> client.chat().completions().create(ask().build()))
        .isInstanceOfSatisfying(
            RateLimitException.class,
            limited -> assertThat(limited.headers().values("retry-after")).containsExactly("7"));
  }

  @Test
  void modelsAreListed() {
    assertThat(client.models().list().data()).anyMatch(model -> model.id().equals(scene.model));
  }

  private ChatCompletionCreateParams.Builder ask() {
    return ChatCompletionCreateParams.builder().model(scene.model).addUserMessage("hi");
  }

  private static FunctionDefinition weather() {
    return FunctionDefinition.builder()
        .name("weather")
        .parameters(
            FunctionParameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty(
                    "properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .build())
        .build();
  }

  private OpenAIClient client(String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(scene.server.url() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .build();
  }
}
