package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Streams to Claude Code: input tokens in the first event, keep-alives, and token counting. */
class EarlyCountIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OLD = "claude-cli/2.1.50 (external, cli)";
  private static final String NEW = "claude-cli/2.1.330 (external, cli)";

  /**
   * Old versions of Claude Code read {@code input_tokens} of {@code message_start} only. The exact
   * count comes from the upstream's token counter or from its first event.
   */
  @ParameterizedTest
  @ValueSource(strings = {"responses", "anthropic", "gemini"})
  void oldClientGetsTheTrueInputCountFirst(String upstream) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      String stream = streamToClaudeCode(scene, OLD, "hi");
      assertThat(total(event(stream, "message_start").path("message").path("usage")))
          .isEqualTo(219);
      assertThat(total(event(stream, "message_delta").path("usage"))).isEqualTo(219);
    }
  }

  @Test
  void withoutACounterTheEstimateLearnsFromTheFirstTurn() {
    try (PoolFixture scene = new PoolFixture(1, "openai")) {
      String prompt = "once upon a time ".repeat(40);
      String first = streamToClaudeCode(scene, NEW, prompt);
      assertThat(total(event(first, "message_start").path("message").path("usage")))
          .isBetween(100L, 200L);
      String second = streamToClaudeCode(scene, NEW, prompt);
      assertThat(total(event(second, "message_start").path("message").path("usage")))
          .isEqualTo(219);
    }
  }

  /**
   * Keep-alives are a ping before the first content, and an empty delta within a block, since all
   * versions of Claude Code count it as activity.
   */
  @ParameterizedTest
  @CsvSource({"openai,AFTER_HEADERS", "openai,MID_STREAM", "anthropic,MID_STREAM"})
  void silentUpstreamIsBridgedByKeepAlives(String upstream, Fault.StallPoint where) {
    try (PoolFixture scene = new PoolFixture(1, upstream)) {
      scene.upstream().setDefaultScript(Script.PLAIN.withFault(new Fault.Stall(where)));
      String stream = streamToClaudeCode(scene, NEW, "hi");
      assertThat(stream)
          .contains(
              where == Fault.StallPoint.AFTER_HEADERS
                  ? "event: ping"
                  : "{\"type\":\"text_delta\",\"text\":\"\"}");
      assertThat(stream).contains("event: error").doesNotContain("event: message_stop");
    }
  }

  /** Beta headers can change the token count, so the counter gets the headers of the request. */
  @Test
  void betaHeadersReachTheCounter() {
    try (PoolFixture scene = new PoolFixture(1, "anthropic")) {
      TestServer.Response said =
          scene.server.send(
              HttpRequest.newBuilder(URI.create(scene.server.url() + "/v1/messages/count_tokens"))
                  .header("x-api-key", scene.key)
                  .header("anthropic-beta", "context-1m-2025-08-07")
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                              .formatted(scene.model)))
                  .build());
      assertThat(said.status()).as(said.text()).isEqualTo(200);
      assertThat(scene.upstream().requests().getLast().request().header("anthropic-beta"))
          .contains("context-1m-2025-08-07");
    }
  }

  private static String streamToClaudeCode(PoolFixture scene, String agent, String text) {
    String body =
        "{\"model\":\"%s\",\"stream\":true,\"max_tokens\":900,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(scene.model, text);
    TestServer.Response said =
        scene.server.send(
            HttpRequest.newBuilder(URI.create(scene.server.url() + "/cc/v1/messages"))
                .header("x-api-key", scene.key)
                .header("user-agent", agent)
                .header("anthropic-version", "2023-06-01")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    return said.text();
  }

  private static JsonNode event(String stream, String name) {
    int at = stream.indexOf("data: ", stream.indexOf("event: " + name));
    try {
      return JSON.readTree(stream.substring(at + 6, stream.indexOf('\n', at)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long total(JsonNode usage) {
    return usage.path("input_tokens").asLong()
        + usage.path("cache_read_input_tokens").asLong()
        + usage.path("cache_creation_input_tokens").asLong();
  }
}
