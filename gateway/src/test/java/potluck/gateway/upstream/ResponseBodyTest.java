package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.LoopbackServer;

/** Bodies of every framing: complete, byte by byte, and truncated at every offset. */
class ResponseBodyTest {
  private static final String TEXT = "data: {\"ü\":1}\n\ndata: [DONE]\n\n";

  /** A response, and whether truncation of its body can be detected. */
  record Case(String name, byte[] bytes, boolean framed) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case of(String name, String head, byte[] body, boolean framed) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(("HTTP/1.1 200 OK\r\n" + head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return new Case(name, all.toByteArray(), framed);
  }

  static Stream<Case> framings() throws IOException {
    byte[] plain = TEXT.getBytes(StandardCharsets.UTF_8);
    byte[] gzip = gzip(plain);
    return Stream.of(
        of("length", "content-length: " + plain.length + "\r\n", plain, true),
        of("chunks", "transfer-encoding: chunked\r\n", chunked(plain, 7), true),
        of("one-byte chunks", "Transfer-Encoding: Chunked\r\n", chunked(plain, 1), true),
        of(
            "chunks after interim answers",
            "x: y\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n",
            chunked(plain, 9),
            true),
        of("up to the close", "content-type: text/plain\r\n", plain, false),
        of(
            "gzip of known length",
            "content-encoding: gzip\r\ncontent-length: " + gzip.length + "\r\n",
            gzip,
            true),
        of(
            "gzip in chunks",
            "content-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
            chunked(gzip, 5),
            true));
  }

  static byte[] chunked(byte[] body, int size) {
    var all = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += size) {
      int length = Math.min(size, body.length - at);
      all.writeBytes(
          (Integer.toHexString(length) + ";ext=\"1\"\r\n").getBytes(StandardCharsets.US_ASCII));
      all.write(body, at, length);
      all.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    all.writeBytes("0\r\nx-trailer: 1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return all.toByteArray();
  }

  static byte[] gzip(byte[] plain) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    }
    return packed.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("framings")
  void responseBodyIsTheSameInOnePieceAndByteByByte(Case c) throws Exception {
    byte[] bytes = interim(c);
    for (int piece : List.of(bytes.length, 1, 2, 3)) {
      try (var server =
              LoopbackServer.start(
                  peer -> {
                    peer.expectRequest();
                    for (int at = 0; at < bytes.length; at += piece) {
                      peer.write(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + piece)));
                    }
                  });
          var client = new UpstreamTestClient()) {
        assertThat(client.text(server.address() + "/")).isEqualTo(TEXT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("framings")
  void responseBodyTruncatedAnywhereNeverLooksComplete(Case c) throws Exception {
    byte[] bytes = interim(c);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  int cut = Integer.parseInt(peer.expectRequest().path().substring(1));
                  peer.write(Arrays.copyOf(bytes, cut));
                });
        var client = new UpstreamTestClient()) {
      int head = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("\r\n\r\n") + 4;
      for (int cut = 0; cut < bytes.length; cut++) {
        if (!c.framed() && cut >= head) {
          break;
        }
        String uri = server.address() + "/" + cut;
        Kind kind = UpstreamTestClient.failure(() -> client.text(uri));
        assertThat(kind).as("cut at %d", cut).isEqualTo(cut == 0 ? Kind.RESET : Kind.TRUNCATED);
      }
    }
  }

  private static byte[] interim(Case c) {
    if (!c.name().contains("interim")) {
      return c.bytes();
    }
    String text = new String(c.bytes(), StandardCharsets.ISO_8859_1);
    return text.replaceFirst("200 OK", "103 Early Hints").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void responseBodyRejectsAGzipBomb() throws Exception {
    byte[] bomb = gzip(new byte[8 << 20]);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write(
                      "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: "
                          + bomb.length
                          + "\r\n\r\n");
                  peer.write(bomb);
                  peer.awaitEnd();
                });
        var client = new UpstreamTestClient()) {
      Kind kind =
          UpstreamTestClient.failure(
              () -> {
                try (UpstreamResponse answer = client.get(server.address() + "/")) {
                  answer.readAll(Integer.MAX_VALUE - 8);
                }
              });
      assertThat(kind).isEqualTo(Kind.TOO_LARGE);
    }
  }
}
