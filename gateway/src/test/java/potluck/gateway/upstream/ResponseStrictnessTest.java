package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.LoopbackServer;

/**
 * Responses that two programs could read differently are rejected (RFC 9112, sections 2.2, 5 and
 * 6).
 */
class ResponseStrictnessTest {
  private static Kind failure(String answer) throws Exception {
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write(answer);
                  peer.awaitEnd();
                });
        var client = new UpstreamTestClient()) {
      return UpstreamTestClient.failure(() -> client.text(server.address() + "/"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nx: y\n\r\n",
        "HTTP/1.1 200 \u0001\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx : y\r\n\r\n",
        "HTTP/1.1 200 OK\r\n x: folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: y\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: \u0000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: 2, 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: +1\r\n\r\na",
        "HTTP/1.1 200 OK\r\ncontent-length: 0x1\r\n\r\na",
        "HTTP/1.1 200 OK\r\ncontent-length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 9999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-encoding: br\r\ncontent-length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip, gzip\r\ncontent-length: 1\r\n\r\na",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 20\r\n\r\nthis is not any gzip",
      })
  void responseWithAMalformedHeadIsRejected(String answer) throws Exception {
    assertThat(failure(answer)).isEqualTo(Kind.PROTOCOL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2\nok\n0\n\n",
        "2\r\nok\n0\r\n\r\n",
        "2\nok\r\n0\r\n\r\n",
        "2\r\nokk\r\n0\r\n\r\n",
        "2\r\no\r\n0\r\n\r\n",
        "\r\n",
        ";x\r\n",
        "-2\r\nok\r\n",
        "0x2\r\nok\r\n",
        "g\r\n",
        "2 ;\u0001\r\nok\r\n",
        "2;x\ny\r\nok\r\n",
        "2\rok\r\n",
        "1000000000000000\r\n",
        "0\r\nx: y\n\r\n",
        "0\r\n\rx",
        "0\r\nx: \u0000\r\n\r\n"
      })
  void responseWithMalformedChunksIsRejected(String body) throws Exception {
    assertThat(failure("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + body))
        .isEqualTo(Kind.PROTOCOL);
  }

  static Stream<Arguments> tooLarge() {
    String ok = "HTTP/1.1 200 OK\r\n";
    String chunked = ok + "transfer-encoding: chunked\r\n\r\n";
    return Stream.of(
        Arguments.of("a long header", ok + "x: " + "y".repeat(70_000) + "\r\n\r\n"),
        Arguments.of("many headers", ok + "x: y\r\n".repeat(201) + "\r\n"),
        Arguments.of(
            "long interim answers",
            ("HTTP/1.1 100 Continue\r\nx: " + "y".repeat(30_000) + "\r\n\r\n").repeat(4)),
        Arguments.of("a long chunk extension", chunked + "1;" + "x".repeat(300) + "\r\n"),
        Arguments.of("long trailers", chunked + "0\r\n" + "x: yyyyy\r\n".repeat(2_000) + "\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tooLarge")
  void responseThatIsTooLargeIsRejected(String name, String answer) throws Exception {
    assertThat(failure(answer)).isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void interimResponsesAreLimited() throws Exception {
    assertThat(failure("HTTP/1.1 100 Continue\r\n\r\n".repeat(20))).isEqualTo(Kind.PROTOCOL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 Très bien\r\nContent-Length:2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ncontent-length: 2, 2\r\nempty:\r\ntab: a\tb\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ncontent-encoding: identity\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\na: b\r\n\r\n"
            + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: CHUNKED\r\n\r\n0000000002  \r\nok\r\n0;x=y\r\n\r\n",
      })
  void unusualButValidResponseIsAccepted(String answer) throws Exception {
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write(answer);
                });
        var client = new UpstreamTestClient()) {
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
    }
  }

  @Test
  void responseWithoutABodyEndsAtItsHead() throws Exception {
    try (var server =
            LoopbackServer.start(
                peer -> {
                  for (var request = peer.readRequest();
                      request != null;
                      request = peer.readRequest()) {
                    boolean head = request.method().equals("HEAD");
                    String line = head ? "HTTP/1.1 200 OK" : "HTTP/1.1 204 No Content";
                    peer.write(line + "\r\ncontent-length: 7\r\ncontent-encoding: gzip\r\n\r\n");
                  }
                });
        var client = new UpstreamTestClient()) {
      String uri = server.address() + "/";
      for (String method : new String[] {"HEAD", "GET", "HEAD"}) {
        var none = List.<Map.Entry<String, String>>of();
        try (UpstreamResponse answer =
            client.send(method, uri, none, "", UpstreamTestClient.LONG_TIMEOUTS)) {
          assertThat(answer.readAll(10)).isEmpty();
        }
      }
      assertThat(server.acceptedConnections()).isEqualTo(1);
    }
  }

  @Test
  void redirectIsReturnedLikeAnyResponse() throws Exception {
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write("HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n");
                  peer.awaitEnd();
                });
        var client = new UpstreamTestClient();
        UpstreamResponse answer = client.get(server.address() + "/")) {
      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.header("location")).isEqualTo("/x");
    }
  }
}
