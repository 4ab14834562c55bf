package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.dialect.count.TokenEstimator;
import potluck.kit.LoopbackServer;
import potluck.kit.ReceivedRequest;
import potluck.kit.ServerConnection;
import potluck.server.testing.TestServer;
import potluck.server.testing.WireAnswer;

/** What is booked for the token counts that upstreams report, or do not report. */
class ReportedCountsIT {
  private static final List<String> DIALECTS =
      List.of("openai", "responses", "anthropic", "gemini");

  /** Nothing of this is a count; the tokens are estimated, and never free. */
  private static final List<String> NO_COUNT =
      List.of("\"abc\"", "null", "-5", "1.5", "{}", "true", "");

  /** Counts that are not believed. */
  private static final List<String> LIES = List.of("1e308", "1e400", "2147483648", "20000");

  /** The longest event of a random stream. */
  private static final double EVENT_TOKENS = 6;

  private final TestServer server = TestServer.shared();
  private final String admin = server.admin();
  private final String key = server.key(admin);

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void upstreamIsChargedByTheEstimateIfItsCountIsNotBelieved(String upstream) throws IOException {
    String model = "counts-" + UUID.randomUUID();
    String[] counts = new String[2];
    Map<String, String> expected = new HashMap<>();
    try (LoopbackServer fake =
        WireAnswer.upstream(
            peer ->
                answer(peer, new WireAnswer(upstream, List.of("pong"), counts[0], counts[1])))) {
      server.account(WireAnswer.account(upstream, fake.address(), model));
      for (String client : DIALECTS) {
        for (boolean stream : new boolean[] {false, true}) {
          for (String odd : Stream.concat(NO_COUNT.stream(), LIES.stream()).toList()) {
            for (boolean input : new boolean[] {true, false}) {
              counts[0] = input ? odd : "9";
              counts[1] = input ? "2" : odd;
              TestServer.Response said = send(client, model, stream);
              String what = client + (stream ? " streamed " : " ") + counts[0] + " " + counts[1];
              assertThat(said.status()).as("%s: %s", what, said.text()).isEqualTo(200);
              expected.put(said.header("x-request-id").orElseThrow(), what);
            }
          }
        }
      }
      List<JsonNode> rows = rows(model, expected.size());
      assertThat(rows).hasSize(expected.size());
      for (JsonNode row : rows) {
        String what = expected.get(row.path("request_id").asText());
        boolean lie = LIES.stream().anyMatch(what::contains);
        boolean input = !what.contains(" 9 ");
        assertThat(row.path("estimated").asBoolean()).as(what).isTrue();
        assertThat(row.path("disputed").asBoolean()).as(what).isEqualTo(lie);
        assertThat(row.path("reported_input_tokens").isNull()).as(what).isEqualTo(!lie);
        assertThat(row.path("input_tokens").asLong()).as(what).isBetween(4L, input ? 16L : 9L);
        assertThat(row.path("output_tokens").asLong()).as(what).isEqualTo(input ? 2 : 1);
      }
    }
  }

  @Test
  void upstreamIsBelievedIfItsCountIsNearTheEstimate() throws IOException {
    String model = "counts-" + UUID.randomUUID();
    try (LoopbackServer fake =
        WireAnswer.upstream(
            peer ->
                answer(
                    peer, new WireAnswer("openai", List.of("word ".repeat(400)), "12", "399")))) {
      server.account(WireAnswer.account("openai", fake.address(), model));
      assertThat(send("openai", model, true).status()).isEqualTo(200);
      JsonNode row = rows(model, 1).getFirst();
      assertThat(row.path("estimated").asBoolean()).isFalse();
      assertThat(row.path("disputed").asBoolean()).isFalse();
      assertThat(row.path("output_tokens").asLong()).isEqualTo(399);
    }
  }

  /** Streams that the upstream cuts or the caller leaves, at random places. */
  @ParameterizedTest
  @ValueSource(longs = {7, 20_261_201})
  void brokenStreamIsChargedForWhatWasRelayed(long seed) throws Exception {
    Random random = new Random(seed);
    TokenEstimator tokenizer = new TokenEstimator();
    String question = "Tell me about rivers, bridges and old towns in a few lines. ".repeat(8);
    long asked = tokenizer.estimate(question);
    for (String upstream : DIALECTS) {
      for (String client : DIALECTS) {
        for (boolean cut : new boolean[] {true, false}) {
          String model = "cut-" + UUID.randomUUID();
          List<String> texts = new ArrayList<>();
          for (int i = 0, count = 1 + random.nextInt(60); i < count; i++) {
            texts.add("w" + i + " " + "abc ".repeat(random.nextInt(6)));
          }
          try (LoopbackServer fake =
              WireAnswer.upstream(peer -> part(peer, upstream, asked, texts, cut))) {
            server.account(WireAnswer.account(upstream, fake.address(), model));
            leaveAfter(client, model, question, texts.getLast().strip());
            JsonNode row = rows(model, 1).getFirst();
            double relayed = texts.stream().mapToInt(String::length).sum() / 4.0;
            String what = client + " over " + upstream + " relayed " + relayed + ": " + row;
            assertThat(row.path("estimated").asBoolean()).as(what).isTrue();
            assertThat(row.path("success").asBoolean()).as(what).isFalse();
            assertThat((double) row.path("output_tokens").asLong())
                .as(what)
                .isBetween(relayed - EVENT_TOKENS, relayed + EVENT_TOKENS);
            assertThat(row.path("input_tokens").asLong()).as(what).isBetween(asked / 2, asked * 2);
          }
        }
      }
    }
  }

  /** The provider has read the question; a caller who leaves before the answer pays for that. */
  @Test
  void callerWhoLeavesBeforeTheAnswerPaysForTheInput() throws Exception {
    String model = "left-" + UUID.randomUUID();
    try (LoopbackServer fake =
        WireAnswer.upstream(
            peer -> {
              peer.expectRequest();
              peer.awaitEnd();
            })) {
      server.account(WireAnswer.account("openai", fake.address(), model));
      try (Socket socket = request("openai", model, false, "tell me ".repeat(100))) {
        TestServer.eventually(
            () -> fake.acceptedConnections() > 0 ? Optional.of(true) : Optional.empty());
        socket.setSoLinger(true, 0);
      }
      JsonNode row = rows(model, 1).getFirst();
      assertThat(row.path("status_code").asInt()).isEqualTo(499);
      assertThat(row.path("estimated").asBoolean()).isTrue();
      assertThat(row.path("input_tokens").asLong()).isBetween(100L, 300L);
      assertThat(row.path("output_tokens").asLong()).isZero();
    }
  }

  private void leaveAfter(String client, String model, String question, String marker)
      throws IOException {
    try (Socket socket = request(client, model, true, question)) {
      StringBuilder seen = new StringBuilder();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      while (seen.indexOf(marker) < 0) {
        int read = in.read(buffer);
        if (read < 0) {
          return;
        }
        seen.append(new String(buffer, 0, read, StandardCharsets.UTF_8));
      }
      socket.setSoLinger(true, 0);
    }
  }

  private Socket request(String client, String model, boolean stream, String question)
      throws IOException {
    String body = WireAnswer.body(client, model, stream, question);
    URI address = URI.create(server.url());
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
    socket.setSoTimeout(20_000);
    socket
        .getOutputStream()
        .write(
            """
            POST %s HTTP/1.1\r
            Host: potluck\r
            Connection: close\r
            Authorization: Bearer %s\r
            Content-Type: application/json\r
            Content-Length: %d\r
            \r
            %s"""
                .formatted(WireAnswer.path(client, model, stream), key, body.length(), body)
                .getBytes(StandardCharsets.UTF_8));
    return socket;
  }

  private TestServer.Response send(String client, String model, boolean stream) {
    return server.call(
        "POST",
        WireAnswer.path(client, model, stream),
        key,
        WireAnswer.body(client, model, stream, "ping"));
  }

  private List<JsonNode> rows(String model, int count) {
    return TestServer.eventually(
        () -> {
          List<JsonNode> rows =
              server
                  .call("GET", "/api/usage/logs?limit=200&model_name=" + model, admin, null)
                  .json()
                  .path("data")
                  .path("logs")
                  .valueStream()
                  .toList();
          return rows.size() < count ? Optional.empty() : Optional.of(rows);
        });
  }

  private static void answer(ServerConnection peer, WireAnswer answer) throws IOException {
    ReceivedRequest request = peer.expectRequest();
    if (WireAnswer.isStream(request)) {
      peer.write(WireAnswer.streamHead() + answer.stream());
      return;
    }
    String body = answer.complete();
    peer.write(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  /** Writes a part of a stream; then ends the connection or waits for the caller to leave. */
  private static void part(
      ServerConnection peer, String dialect, long input, List<String> texts, boolean cut)
      throws IOException {
    peer.expectRequest();
    WireAnswer answer = new WireAnswer(dialect, texts, Long.toString(input), "");
    peer.write(WireAnswer.streamHead() + answer.begin());
    for (String text : texts) {
      peer.write(answer.piece(text));
    }
    if (!cut) {
      peer.awaitEnd();
    }
  }
}
