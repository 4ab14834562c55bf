package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.LoopbackServer;
import potluck.kit.ReceivedRequest;

/** Requests as the server receives them. */
class UpstreamRequestTest {
  private final BlockingQueue<ReceivedRequest> received = new LinkedBlockingQueue<>();

  private LoopbackServer server() throws Exception {
    return LoopbackServer.start(
        peer -> {
          for (ReceivedRequest request = peer.readRequest();
              request != null;
              request = peer.readRequest()) {
            received.add(request);
            peer.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
          }
        });
  }

  @Test
  void requestArrivesUnchanged() throws Exception {
    try (var server = server();
        var client = new UpstreamTestClient()) {
      var headers = List.of(Map.entry("authorization", "Bearer k"), Map.entry("x-a", "b c"));
      String uri = server.address() + "/v1/chat?beta=true&a=%20b";
      client.send("POST", uri, headers, "{\"ü\":1}", UpstreamTestClient.LONG_TIMEOUTS).close();
      ReceivedRequest request = received.take();
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.target()).isEqualTo("/v1/chat?beta=true&a=%20b");
      assertThat(request.header("host")).contains("127.0.0.1:" + server.port());
      assertThat(request.header("authorization")).contains("Bearer k");
      assertThat(request.header("x-a")).contains("b c");
      assertThat(request.header("accept-encoding")).contains("identity");
      assertThat(request.header("content-length")).contains("8");
      assertThat(request.text()).isEqualTo("{\"ü\":1}");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7_000, 8_192, 130_000, 131_072, 131_073, 1_000_000})
  void requestBodyOfAnySizeArrivesComplete(int size) throws Exception {
    try (var server = server();
        var client = new UpstreamTestClient()) {
      String body = "abcdefghijklmnopqrstuvwxyz".repeat(size / 26 + 1).substring(0, size);
      for (int i = 0; i < 2; i++) {
        try (UpstreamResponse answer = client.post(server.address() + "/", body)) {
          assertThat(answer.readAll(0)).isEmpty();
        }
        assertThat(received.take().text()).isEqualTo(body);
      }
      assertThat(server.acceptedConnections()).isEqualTo(1);
    }
  }

  @Test
  void requestCannotSetConnectionHeaders() throws Exception {
    try (var server = server();
        var client = new UpstreamTestClient()) {
      var headers =
          List.of(
              Map.entry("host", "other.example"),
              Map.entry("content-length", "99"),
              Map.entry("transfer-encoding", "chunked"),
              Map.entry("accept-encoding", "br"),
              Map.entry("connection", "close"),
              Map.entry("expect", "100-continue"));
      client
          .send("POST", server.address() + "/", headers, "x", UpstreamTestClient.LONG_TIMEOUTS)
          .close();
      ReceivedRequest request = received.take();
      assertThat(request.headers()).hasSize(3);
      assertThat(request.header("host")).contains("127.0.0.1:" + server.port());
      assertThat(request.header("content-length")).contains("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\r\nx: y", "a\nb", "a\rb", "a\0b", "a\u007fb", "a\u0100b", "\u2028"})
  void requestHeaderWithALineBreakIsNeitherSentNorShown(String value) throws Exception {
    try (var server = server();
        var client = new UpstreamTestClient()) {
      var headers = List.of(Map.entry("x-api-key", value));
      UpstreamFailed failed =
          catchThrowableOfType(
              UpstreamFailed.class,
              () ->
                  client.send(
                      "POST",
                      server.address() + "/",
                      headers,
                      "x",
                      UpstreamTestClient.LONG_TIMEOUTS));
      assertThat(failed).isNotNull();
      assertThat(failed.kind()).isEqualTo(Kind.PROTOCOL);
      assertThat(failed).hasMessageContaining("x-api-key").hasMessageNotContaining(value);
      assertThat(server.acceptedConnections()).isZero();
    }
  }

  @Test
  void requestHeadAndBodyLeaveInOneWrite() throws Exception {
    // Two writes would wait for each other because of Nagle's algorithm: 40 ms per request.
    var arrivals = new LinkedBlockingQueue<String>();
    try (var server =
            LoopbackServer.start(
                peer -> {
                  arrivals.add(peer.readOnce());
                  peer.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
                });
        var client = new UpstreamTestClient()) {
      client.post(server.address() + "/", "x".repeat(20_000)).close();
      assertThat(arrivals.take()).startsWith("POST / ").endsWith("\r\n\r\n" + "x".repeat(20_000));
    }
  }

  @Test
  void requestRefusedBeforeTheBodyIsSentStillReadsTheResponse() throws Exception {
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.write("HTTP/1.1 413 Too Large\r\ncontent-length: 3\r\n\r\nbig");
                  peer.awaitEnd();
                });
        var client = new UpstreamTestClient();
        UpstreamResponse answer = client.post(server.address() + "/", "x".repeat(1_000_000))) {
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.readAll(10)).asString().isEqualTo("big");
    }
  }
}
