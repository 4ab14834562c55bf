package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Each client dialect with each upstream dialect, over sockets, against strict upstreams. */
class DialectMatrixIT {
  private static final List<String> DIALECTS =
      List.of("openai", "responses", "anthropic", "gemini");

  static Stream<Arguments> cells() {
    return DIALECTS.stream()
        .flatMap(client -> DIALECTS.stream().map(upstream -> Arguments.of(client, upstream)));
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void completeAnswerKeepsTextAndTokens(String client, String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      TestServer.Response said = ask(scene, client, false, "");
      assertThat(said.status()).as(said.text()).isEqualTo(200);
      assertThat(said.json().toString()).contains(FakeAnswer.TEXT);
      counted(scene, said);
      assertThat(usage(client, said.json())).containsExactly(seen(client));
    }
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void streamEndsAsItsDialectEndsAndIsCounted(String client, String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      TestServer.Response said = ask(scene, client, true, "");
      assertThat(said.status()).as(said.text()).isEqualTo(200);
      assertThat(said.header("content-type").orElseThrow()).startsWith("text/event-stream");
      assertThat(said.text()).contains(end(client));
      counted(scene, said);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void anthropicMessageIdHasItsFormForEveryUpstream(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      assertThat(ask(scene, "anthropic", false, "").json().path("id").asText()).startsWith("msg_");
      assertThat(ask(scene, "anthropic", true, "").text()).contains("\"id\":\"msg_");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "gemini"})
  void anthropicRequestIsValidatedForEveryUpstream(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      for (String invalid :
          List.of(
              "\"temperature\":1.5",
              "\"temperature\":\"hot\"",
              "\"top_p\":-0.1",
              "\"max_tokens\":\"many\"")) {
        String body =
            "{\"model\":\"%s\",%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(scene.model, invalid);
        TestServer.Response said = scene.server.call("POST", "/v1/messages", scene.key, body);
        assertThat(said.status()).as("%s: %s", invalid, said.text()).isEqualTo(400);
        assertThat(said.json().path("error").path("type").asText())
            .isEqualTo("invalid_request_error");
      }
      assertThat(scene.upstream().requests()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void toolsAreCalledInParallel(String client, String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      for (boolean stream : new boolean[] {false, true}) {
        TestServer.Response said = ask(scene, client, stream, tools(client));
        assertThat(said.status()).as(said.text()).isEqualTo(200);
        assertThat(said.text()).contains("weather").contains("clock").contains("city");
      }
    }
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void rateLimitHasTheCallersErrorForm(String client, String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      scene.upstream().setDefaultScript(Script.PLAIN.withFault(Fault.rateLimited(7)));
      TestServer.Response said = ask(scene, client, true, "");
      assertThat(said.status()).as(said.text()).isEqualTo(429);
      JsonNode error = said.json().path("error");
      assertThat(error.path("message").asText()).isNotEmpty();
      if (client.equals("anthropic")) {
        assertThat(said.json().path("type").asText()).isEqualTo("error");
      }
      if (client.equals("gemini")) {
        assertThat(error.path("status").asText()).isEqualTo("RESOURCE_EXHAUSTED");
      }
    }
  }

  @ParameterizedTest(name = "{0} over {1}")
  @MethodSource("cells")
  void cutStreamNeverEndsCleanly(String client, String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      scene
          .upstream()
          .setDefaultScript(
              Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.BEFORE_LAST_EVENT)));
      scene
          .upstream()
          .enqueue(Script.PLAIN.withFault(new Fault.Cut(upstream.equals("gemini") ? 400 : 900)));
      TestServer.Response said = ask(scene, client, true, "");
      if (said.status() == 200) {
        assertThat(said.text()).contains("error").doesNotContain(end(client));
      } else {
        assertThat(said.status()).as(said.text()).isBetween(500, 504);
      }
    }
  }

  private static void counted(PoolFixture scene, TestServer.Response said) {
    JsonNode row = scene.row(said.header("x-request-id").orElseThrow());
    assertThat(row.path("success").asBoolean()).as(row.toString()).isTrue();
    assertThat(row.path("estimated").asBoolean()).isFalse();
    assertThat(row.path("input_tokens").asLong()).isEqualTo(219);
    assertThat(row.path("output_tokens").asLong()).isEqualTo(60);
    assertThat(row.path("cached_tokens").asLong()).isEqualTo(100);
  }

  /**
   * Expected input and output tokens. The input is null for Anthropic, whose {@code input_tokens}
   * exclude cached tokens; {@link #usage} checks the sum.
   */
  private static Long[] seen(String client) {
    return client.equals("anthropic") ? new Long[] {null, 60L} : new Long[] {219L, 60L};
  }

  private static Long[] usage(String client, JsonNode body) {
    return switch (client) {
      case "openai" -> numbers(body.path("usage"), "prompt_tokens", "completion_tokens");
      case "responses" -> numbers(body.path("usage"), "input_tokens", "output_tokens");
      case "anthropic" -> {
        JsonNode usage = body.path("usage");
        long whole =
            usage.path("input_tokens").asLong()
                + usage.path("cache_read_input_tokens").asLong()
                + usage.path("cache_creation_input_tokens").asLong();
        assertThat(whole).isEqualTo(219);
        yield new Long[] {null, usage.path("output_tokens").asLong()};
      }
      default -> numbers(body.path("usageMetadata"), "promptTokenCount", "candidatesTokenCount");
    };
  }

  private static Long[] numbers(JsonNode usage, String in, String out) {
    return new Long[] {usage.path(in).asLong(), usage.path(out).asLong()};
  }

  private static String end(String client) {
    return switch (client) {
      case "openai" -> "data: [DONE]";
      case "responses" -> "event: response.completed";
      case "anthropic" -> "event: message_stop";
      default -> "\"finishReason\":\"STOP\"";
    };
  }

  private static TestServer.Response ask(
      PoolFixture scene, String client, boolean stream, String more) {
    String path =
        switch (client) {
          case "openai" -> "/v1/chat/completions";
          case "responses" -> "/v1/responses";
          case "anthropic" -> "/v1/messages";
          default ->
              "/v1beta/models/"
                  + scene.model
                  + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent");
        };
    String head = "{\"model\":\"" + scene.model + "\",\"stream\":" + stream + ",";
    String body =
        switch (client) {
          case "openai" ->
              head + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
          case "responses" -> head + "\"input\":\"hi\"" + more + "}";
          case "anthropic" ->
              head
                  + "\"max_tokens\":1000,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
                  + more
                  + "}";
          default ->
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]" + more + "}";
        };
    return scene.server.call("POST", path, scene.key, body);
  }

  private static String tools(String client) {
    String schema = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}";
    return switch (client) {
      case "openai" ->
          ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"parameters\":%s}},{\"type\":\"function\",\"function\":{\"name\":\"clock\",\"parameters\":%s}}]"
              .formatted(schema, schema);
      case "responses" ->
          ",\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":%s},{\"type\":\"function\",\"name\":\"clock\",\"parameters\":%s}]"
              .formatted(schema, schema);
      case "anthropic" ->
          ",\"tools\":[{\"name\":\"weather\",\"input_schema\":%s},{\"name\":\"clock\",\"input_schema\":%s}]"
              .formatted(schema, schema);
      default ->
          ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"weather\",\"parametersJsonSchema\":%s},{\"name\":\"clock\",\"parametersJsonSchema\":%s}]}]"
              .formatted(schema, schema);
    };
  }
}
