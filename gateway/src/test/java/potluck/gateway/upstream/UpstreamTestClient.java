package potluck.gateway.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/** A client that may connect to the loopback address, with shortcuts for requests and bodies. */
final class UpstreamTestClient implements AutoCloseable {
  static final Timeouts LONG_TIMEOUTS = timeouts(20_000, 20_000, 20_000, 20_000);

  private static final HttpLimits LIMITS =
      new HttpLimits(64 * 1024, 200, 1 << 20, 8, Duration.ofSeconds(20));

  private final HttpUpstream upstream;

  UpstreamTestClient() {
    this(LIMITS);
  }

  UpstreamTestClient(HttpLimits limits) {
    this(InetAddress::getAllByName, AllowedHosts.parse("127.0.0.1, localhost"), limits);
  }

  UpstreamTestClient(HostResolver names, AllowedHosts allowed, HttpLimits limits) {
    upstream = new HttpUpstream(Connector.of(names, allowed, Optional.empty()), limits);
  }

  UpstreamTestClient(HttpUpstream upstream) {
    this.upstream = upstream;
  }

  static Timeouts timeouts(long connect, long firstByte, long idle, long total) {
    return new Timeouts(
        Duration.ofMillis(connect),
        Duration.ofMillis(firstByte),
        Duration.ofMillis(idle),
        Duration.ofMillis(total));
  }

  UpstreamResponse get(String uri) throws UpstreamFailed {
    return send("GET", uri, List.of(), "", LONG_TIMEOUTS);
  }

  UpstreamResponse get(String uri, Timeouts bounds) throws UpstreamFailed {
    return send("GET", uri, List.of(), "", bounds);
  }

  UpstreamResponse post(String uri, String body) throws UpstreamFailed {
    return send("POST", uri, List.of(), body, LONG_TIMEOUTS);
  }

  UpstreamResponse send(
      String method,
      String uri,
      List<Map.Entry<String, String>> headers,
      String body,
      Timeouts bounds)
      throws UpstreamFailed {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return upstream.send(new UpstreamRequest(method, URI.create(uri), headers, bytes, bounds));
  }

  /** Sends a request and reads the body to its end; the connection is kept. */
  String text(String uri) throws UpstreamFailed {
    try (UpstreamResponse answer = get(uri)) {
      return new String(answer.readAll(1 << 20), StandardCharsets.UTF_8);
    }
  }

  /** The kind of failure that the call throws; fails if it throws none. */
  static Kind failure(FailingCall attempt) {
    try {
      attempt.run();
    } catch (UpstreamFailed failed) {
      return failed.kind();
    }
    throw new AssertionError("it did not fail");
  }

  interface FailingCall {
    void run() throws UpstreamFailed;
  }

  @Override
  public void close() {
    upstream.close();
  }
}
