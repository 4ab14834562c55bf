package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.server.testing.TestServer;

/**
 * Requests that exceed a limit or are invalid are refused, with an error in the form of the route.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestLimitsIT {
  private static final int MAX_BYTES = 10_000;
  private TestServer server;
  private String key;

  @BeforeAll
  void open() {
    server = TestServer.start(Map.of("POTLUCK_MAX_BODY_BYTES", Integer.toString(MAX_BYTES)));
    key = server.key(server.admin());
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void tooLargeBodyIsRefusedWithAndWithoutContentLength() {
    byte[] large = "x".repeat(MAX_BYTES + 1).getBytes(StandardCharsets.UTF_8);
    TestServer.Response declared =
        send(request("/v1/chat/completions").POST(BodyPublishers.ofByteArray(large)));
    assertThat(declared.status()).isEqualTo(413);
    assertThat(declared.json().path("error").path("message").asText())
        .contains("POTLUCK_MAX_BODY_BYTES");
    TestServer.Response chunked =
        send(
            request("/v1/messages")
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(large))));
    assertThat(chunked.status()).isEqualTo(413);
    assertThat(chunked.json().path("type").asText()).isEqualTo("error");
    assertThat(server.call("GET", "/api/health", null, null).status()).isEqualTo(200);
  }

  @Test
  void gzipBodyIsMeasuredUnpacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(new byte[50_000_000]);
    }
    byte[] bomb = packed.toByteArray();
    TestServer.Response said =
        send(
            request("/v1/chat/completions")
                .header("Content-Encoding", "gzip")
                .POST(
                    BodyPublishers.ofByteArray(
                        java.util.Arrays.copyOf(bomb, Math.min(bomb.length, MAX_BYTES - 1)))));
    assertThat(said.status()).isEqualTo(413);
  }

  @Test
  void gzipBodyIsUnpackedAndOtherEncodingsRefused() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(
          "{\"model\":\"potluck-demo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .getBytes(StandardCharsets.UTF_8));
    }
    assertThat(
            send(request("/v1/chat/completions")
                    .header("Content-Encoding", "gzip")
                    .POST(BodyPublishers.ofByteArray(packed.toByteArray())))
                .status())
        .isEqualTo(200);
    assertThat(
            send(request("/v1/chat/completions")
                    .header("Content-Encoding", "br")
                    .POST(BodyPublishers.ofString("x")))
                .status())
        .isEqualTo(415);
  }

  @Test
  void nonStrictJsonIs400() {
    for (String body :
        new String[] {
          "",
          "{",
          "[]",
          "{\"model\":\"potluck-demo\",\"model\":\"x\"}",
          "{\"model\":\"potluck-demo\"}x",
          "{\"model\":\"\\ud800\"}",
          "{\"a\":" + "[".repeat(500) + "]".repeat(500) + "}"
        }) {
      TestServer.Response said =
          send(request("/v1/chat/completions").POST(BodyPublishers.ofString(body)));
      assertThat(said.status()).as(body).isEqualTo(400);
      assertThat(said.json().path("error").path("type").asText())
          .isEqualTo("invalid_request_error");
      assertThat(said.header("x-request-id")).isPresent();
    }
  }

  @Test
  void privateBaseUrlIsRefused() {
    for (String url :
        new String[] {
          "http://169.254.169.254/latest", "https://10.0.0.1/v1", "http://[::1]:9/v1",
              "https://0x7f.1/v1",
          "http://example.com/v1", "ftp://example.com", "https://user@example.com/v1", "nonsense"
        }) {
      TestServer.Response said =
          server.call(
              "POST",
              "/api/plugin-api/accounts",
              server.admin(),
              "{\"provider\":\"openai-compatible\",\"base_url\":\"%s\",\"api_key\":\"sk-x\",\"models\":[\"m\"]}"
                  .formatted(url));
      assertThat(said.status()).as(url + " " + said.text()).isEqualTo(400);
      assertThat(said.json().path("detail").asText()).contains("base_url");
    }
  }

  @Test
  void tooLargeHeadersAreRefused() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.gateway().port())) {
      socket
          .getOutputStream()
          .write(
              ("GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(70_000) + "\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] head = socket.getInputStream().readNBytes(12);
      assertThat(new String(head, StandardCharsets.US_ASCII)).matches("HTTP/1.1 4..");
    }
  }

  @Test
  void bodyIsNotReadWithoutACredential() {
    TestServer.Response said =
        server.send(
            HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
                .POST(BodyPublishers.ofString("not json"))
                .build());
    assertThat(said.status()).isEqualTo(401);
    assertThat(said.header("www-authenticate")).contains("Bearer");
  }

  private TestServer.Response send(HttpRequest.Builder request) {
    return server.send(request.build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json");
  }
}
