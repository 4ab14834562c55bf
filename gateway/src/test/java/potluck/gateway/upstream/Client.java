package potluck.gateway.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/** A client that may reach the loopback address, with short ways to ask and to read. */
final class Client implements AutoCloseable {
  static final Bounds PATIENT = bounds(20_000, 20_000, 20_000, 20_000);

  private static final Limits LIMITS =
      new Limits(64 * 1024, 200, 1 << 20, 8, Duration.ofSeconds(20));

  private final HttpUpstream upstream;

  Client() {
    this(LIMITS);
  }

  Client(Limits limits) {
    this(InetAddress::getAllByName, AllowedHosts.parse("127.0.0.1, localhost"), limits);
  }

  Client(Names names, AllowedHosts allowed, Limits limits) {
    upstream = new HttpUpstream(Dialler.of(names, allowed, Optional.empty()), limits);
  }

  Client(HttpUpstream upstream) {
    this.upstream = upstream;
  }

  static Bounds bounds(long connect, long firstByte, long idle, long total) {
    return new Bounds(
        Duration.ofMillis(connect),
        Duration.ofMillis(firstByte),
        Duration.ofMillis(idle),
        Duration.ofMillis(total));
  }

  Answer get(String uri) throws UpstreamFailed {
    return send("GET", uri, List.of(), "", PATIENT);
  }

  Answer get(String uri, Bounds bounds) throws UpstreamFailed {
    return send("GET", uri, List.of(), "", bounds);
  }

  Answer post(String uri, String body) throws UpstreamFailed {
    return send("POST", uri, List.of(), body, PATIENT);
  }

  Answer send(
      String method,
      String uri,
      List<Map.Entry<String, String>> headers,
      String body,
      Bounds bounds)
      throws UpstreamFailed {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return upstream.send(new Dispatch(method, URI.create(uri), headers, bytes, bounds));
  }

  /** Asks and reads to the end; the connection goes back. */
  String text(String uri) throws UpstreamFailed {
    try (Answer answer = get(uri)) {
      return new String(answer.readAll(1 << 20), StandardCharsets.UTF_8);
    }
  }

  /** The kind of failure that this ends in, or null when it ends well. */
  static Kind failure(Attempt attempt) {
    try {
      attempt.run();
    } catch (UpstreamFailed failed) {
      return failed.kind();
    }
    throw new AssertionError("it did not fail");
  }

  interface Attempt {
    void run() throws UpstreamFailed;
  }

  @Override
  public void close() {
    upstream.close();
  }
}
