package potluck.server.http;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Malformed HTTP requests, and requests that two HTTP parsers may read differently, as bytes. */
final class MalformedRequests {
  /** Sent after each malformed request: a server that misreads the first one serves it. */
  static final String SMUGGLED = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

  private MalformedRequests() {}

  /**
   * Ambiguous requests to a route that reads the body, and to one that refuses before it reads it.
   */
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
        "GET /livez HTTP/1.1\r\nhost: x\r\n"
            + IntStream.range(0, 60)
                .mapToObj("x-%d: a\r\n"::formatted)
                .collect(Collectors.joining())
            + "\r\n");
  }
}
