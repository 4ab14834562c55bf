package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.server.testing.RawClient;
import potluck.server.testing.TestServer;

/**
 * Malformed HTTP requests, and requests that two HTTP parsers may read differently (request
 * smuggling). A second request follows each ambiguous one: a server that misreads the first one
 * would serve it.
 */
@Timeout(180)
class HostileHttpIT {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

  private static final TestServer SERVER =
      TestServer.shared()
          .secondNode(
              Map.of(
                  "POTLUCK_HEAD_SECONDS", "1",
                  "POTLUCK_STALL_SECONDS", "1",
                  "POTLUCK_KEEP_ALIVE_SECONDS", "1",
                  "POTLUCK_MAX_BODY_BYTES", "100000",
                  "POTLUCK_MAX_JSON_DEPTH", "16",
                  "POTLUCK_MAX_HEADERS", "50"));

  /** Has the default timeouts, so it closes idle connections late. */
  private static final TestServer DEFAULTS = TestServer.shared();

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @ParameterizedTest
  @MethodSource("potluck.server.http.MalformedRequests#ambiguous")
  void ambiguousRequestsAreRefused(String request) throws IOException {
    try (RawClient client =
        new RawClient(SERVER)
            .writeIgnoringErrors(request + MalformedRequests.SMUGGLED)
            .closeOutput()) {
      String said = client.readAll();
      assertThat(statuses(said)).as(said).isSubsetOf(400, 401, 413, 422, 501);
    }
  }

  @ParameterizedTest
  @MethodSource("potluck.server.http.MalformedRequests#malformed")
  void malformedRequestsAreRefused(String request) throws IOException {
    try (RawClient client = new RawClient(SERVER).writeIgnoringErrors(request).closeOutput()) {
      assertThat(statuses(client.readAll())).isSubsetOf(400, 401, 404, 405, 414, 431, 501, 505);
    }
  }

  @Test
  void refusalNamesTheLimit() throws IOException {
    assertThat(said("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nhost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 414")
        .contains("POTLUCK_MAX_URI_BYTES");
    assertThat(said("GET /livez HTTP/1.1\r\nhost: x\r\nx-a: " + "a".repeat(80_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431")
        .contains("POTLUCK_MAX_HEADER_BYTES");
    assertThat(said("POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 70000\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("POTLUCK_MAX_PUBLIC_BODY_BYTES");
    assertThat(said("GET /livez HTTP/1.0\r\nhost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 505")
        .contains("Only HTTP/1.1 is supported");
  }

  @Test
  void chunksMayHaveExtensionsAndTrailers() throws IOException {
    String head = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    String user = "{\"username\":\"nobody\",\"password\":\"" + "a".repeat(50_000) + "\"}";
    String size = Integer.toHexString(user.length());
    String wrong = head + size + ";name=\"value\"\r\n" + user + "\r\n0\r\nx-sum: 1\r\n\r\n";
    try (RawClient client = new RawClient(SERVER).write(wrong + MalformedRequests.SMUGGLED)) {
      assertThat(statuses(client.readAll())).containsExactly(401, 200);
    }
  }

  @Test
  void connectionCloseIsHonoured() throws IOException {
    for (String request :
        new String[] {
          "GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
          "GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: TE, Close\r\n\r\n",
          "POST /api/auth/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
          "POST /v1/messages HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
        }) {
      try (RawClient client = new RawClient(DEFAULTS).write(request)) {
        assertThat(statuses(client.readAll())).as(request).hasSize(1);
      }
    }
  }

  @Test
  void hugeChunkSizeTakesNoMemory() throws IOException {
    try (RawClient client =
        new RawClient(SERVER)
            .write(
                "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n7fffffff\r\n")
            .writeIgnoringErrors("a".repeat(300_000))) {
      assertThat(client.readOnce()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void gzipBombIsRefused() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    }
    try (RawClient client =
        new RawClient(SERVER)
            .write(
                "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ncontent-length: "
                    + packed.size()
                    + "\r\n\r\n")) {
      client.write(packed.toByteArray());
      assertThat(client.readOnce()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void tooDeepBodyIsRefusedBeforeParsing() {
    String key = SERVER.key(SERVER.admin());
    for (int depth : new int[] {20, 40_000}) {
      for (String before : new String[] {"", " \r\n"}) {
        TestServer.Response said =
            SERVER.call("POST", "/v1/chat/completions", key, before + nested(depth));
        assertThat(said.status()).isEqualTo(400);
        assertThat(said.text()).contains("16 levels");
      }
    }
  }

  private static String nested(int depth) {
    return "{\"model\":\"potluck-demo\",\"messages\":"
        + "[".repeat(depth)
        + "]".repeat(depth)
        + "}";
  }

  private static String said(String request) throws IOException {
    try (RawClient client = new RawClient(SERVER).writeIgnoringErrors(request).closeOutput()) {
      return client.readAll();
    }
  }

  private static List<Integer> statuses(String answers) {
    assertThat(answers).doesNotContain("Exception", "\tat ", "io.helidon");
    return STATUS
        .matcher(
            new String(answers.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.US_ASCII))
        .results()
        .map(MatchResult::group)
        .map(line -> Integer.valueOf(line.substring(9, 12)))
        .toList();
  }
}
