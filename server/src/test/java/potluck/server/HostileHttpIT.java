package potluck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that are no proper HTTP, or that two readers could read in two ways. Behind each stands
 * a second request: whoever takes the two for something else than they are would serve it.
 */
@Timeout(180)
class HostileHttpIT {
  private static final String HIDDEN = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

  private static final TestHouse HOUSE =
      TestHouse.shared()
          .another(
              Map.of(
                  "POTLUCK_HEAD_SECONDS", "1",
                  "POTLUCK_STALL_SECONDS", "1",
                  "POTLUCK_KEEP_ALIVE_SECONDS", "1",
                  "POTLUCK_MAX_BODY_BYTES", "100000",
                  "POTLUCK_MAX_JSON_DEPTH", "16",
                  "POTLUCK_MAX_HEADERS", "50"));

  @AfterAll
  static void close() {
    HOUSE.close();
  }

  /** Where the body is read, and where the request is refused before. */
  static Stream<String> ambiguous() {
    return endings()
        .flatMap(
            rest ->
                Stream.of("/api/auth/login", "/v1/messages")
                    .map(path -> "POST " + path + " HTTP/1.1\r\nhost: x\r\n" + rest));
  }

  private static Stream<String> endings() {
    return Stream.of(
        // Where does the body end?
        "content-length: 2\r\ncontent-length: 40\r\n\r\n{}",
        "content-length: 2, 40\r\n\r\n{}",
        "content-length: +2\r\n\r\n{}",
        "content-length: -2\r\n\r\n{}",
        "content-length: 0x2\r\n\r\n{}",
        "content-length: 2 2\r\n\r\n{}",
        "content-length: 99999999999999999999\r\n\r\n{}",
        "content-length:\r\n\r\n{}",
        "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 40\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n",
        "transfer-encoding: identity, chunked, identity\r\n\r\n0\r\n\r\n",
        "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "transfer-encoding : chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
        "x: y\r\n transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        // Where does a chunk end?
        "transfer-encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2 \r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\nffffffffffffffff2\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n100000002\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2\n{}\n0\n\n",
        "transfer-encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2;a=\n\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: \n\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n" + "x: y\r\n".repeat(100) + "\r\n",
        "transfer-encoding: chunked\r\n\r\n" + "0".repeat(5000) + "2\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n\r\n\r\n",
        // Where does a header end?
        "x-a: b\nx-c: d\r\n\r\n",
        "x-a: b\rx-c: d\r\n\r\n",
        "x-a\r\n\r\n",
        ": b\r\n\r\n",
        "x a: b\r\n\r\n",
        "x-a: \u0000\r\n\r\n",
        "x-\u0000a: b\r\n\r\n",
        "x-\u00e9: b\r\n\r\n",
        "host: y\r\n\r\n");
  }

  static Stream<String> malformed() {
    return Stream.of(
        "GET /livez\r\nhost: x\r\n\r\n",
        "GET  /livez HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /livez HTTP/1.1 x\r\nhost: x\r\n\r\n",
        "GET\t/livez\tHTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /livez HTTP/1.0\r\nhost: x\r\n\r\n",
        "GET /livez HTTP/0.9\r\nhost: x\r\n\r\n",
        "GET /livez HTTP/2.0\r\nhost: x\r\n\r\n",
        "GET /livez http/1.1\r\nhost: x\r\n\r\n",
        "GET /livez HTTP/1.1\nhost: x\n\n",
        "GET /livez HTTP/1.1\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost:\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: a b\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: x:port\r\n\r\n",
        "GET /\u0000 HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /api;/admin/users HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET //api/admin/users HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /API/ADMIN/USERS HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /api/admin/%75sers HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET http://other.example/api/admin/users HTTP/1.1\r\nhost: x\r\n\r\n",
        "CONNECT x:443 HTTP/1.1\r\nhost: x\r\n\r\n",
        "TRACE /livez HTTP/1.1\r\nhost: x\r\n\r\n",
        "G\u00cbT /livez HTTP/1.1\r\nhost: x\r\n\r\n",
        "POST /livez HTTP/1.1\r\nhost: x\r\nx-http-method-override: GET\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
        "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: x\r\nx-a: " + "a".repeat(80_000) + "\r\n\r\n",
        "GET /livez HTTP/1.1\r\nhost: x\r\n" + "x-%1$d: a\r\n".repeat(60) + "\r\n");
  }

  @ParameterizedTest
  @MethodSource("ambiguous")
  void whatCanBeReadInTwoWaysIsReadInNone(String request) throws IOException {
    try (RawClient client = new RawClient(HOUSE).writeWhatGoes(request + HIDDEN).done()) {
      String said = client.readToTheEnd();
      assertThat(statuses(said)).as(said).isSubsetOf(400, 401, 413, 422, 501);
    }
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void whatIsNoProperRequestIsRefused(String request) throws IOException {
    StringBuilder numbered = new StringBuilder(request);
    for (int i = 0, at; (at = numbered.indexOf("%1$d")) >= 0; i++) {
      numbered.replace(at, at + 4, Integer.toString(i));
    }
    try (RawClient client = new RawClient(HOUSE).writeWhatGoes(numbered.toString()).done()) {
      assertThat(statuses(client.readToTheEnd()))
          .isSubsetOf(400, 401, 404, 405, 414, 431, 501, 505);
    }
  }

  @Test
  void whoIsRefusedIsToldWhichBoundItWas() throws IOException {
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
        .contains("HTTP/1.1 is spoken here");
  }

  @Test
  void chunksMayHaveExtensionsAndTrailersAndBeLarge() throws IOException {
    String head = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    String user = "{\"username\":\"nobody\",\"password\":\"" + "a".repeat(50_000) + "\"}";
    String size = Integer.toHexString(user.length());
    String wrong = head + size + ";name=\"value\"\r\n" + user + "\r\n0\r\nx-sum: 1\r\n\r\n";
    try (RawClient client = new RawClient(HOUSE).write(wrong + HIDDEN)) {
      assertThat(statuses(client.readToTheEnd())).containsExactly(401, 200);
    }
  }

  @Test
  void aChunkThatIsSaidToBeHugeTakesNoMemory() throws IOException {
    try (RawClient client =
        new RawClient(HOUSE)
            .write(
                "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n7fffffff\r\n")
            .writeWhatGoes("a".repeat(300_000))) {
      assertThat(client.readOnce()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aBombIsNotUnpackedBeyondTheBound() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    }
    try (RawClient client =
        new RawClient(HOUSE)
            .write(
                "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-encoding: gzip\r\ncontent-length: "
                    + packed.size()
                    + "\r\n\r\n")) {
      client.write(packed.toByteArray());
      assertThat(client.readOnce()).startsWith("HTTP/1.1 413");
    }
  }

  @Test
  void aBodyThatIsTooDeepIsRefusedBeforeAnybodyReadsIt() {
    String key = HOUSE.key(HOUSE.admin());
    for (int depth : new int[] {20, 40_000}) {
      for (String before : new String[] {"", " \r\n"}) {
        TestHouse.Said said =
            HOUSE.call("POST", "/v1/chat/completions", key, before + nested(depth));
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
    try (RawClient client = new RawClient(HOUSE).writeWhatGoes(request).done()) {
      return client.readToTheEnd();
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
