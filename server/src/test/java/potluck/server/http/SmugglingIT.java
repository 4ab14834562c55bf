package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.testing.RawClient;
import potluck.server.testing.ShellRunner;
import potluck.server.testing.TestServer;

/**
 * Request smuggling: sends malformed and ambiguous requests through nginx and HAProxy with the
 * configuration of the documents. The node answers no more requests than they passed on, and the
 * next client on the same connection gets its own answer.
 */
@Timeout(180)
class SmugglingIT {
  /**
   * A header that the front proxy sets on each request that it passes on, instead of any value that
   * the client sent.
   */
  private static final String MARK = "X-Passed-On";

  private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.1 ([0-9]{3}) ");

  private static final TestServer SERVER =
      TestServer.shared()
          .secondNode(
              Map.of(
                  "POTLUCK_HEAD_SECONDS", "1",
                  "POTLUCK_STALL_SECONDS", "1",
                  "TRUSTED_PROXIES", "127.0.0.1"));

  @TempDir Path folder;

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @Test
  void nginxForwardsNoSmuggledRequest() throws Exception {
    assumeTrue(ShellRunner.installed("nginx"), "nginx is not installed");
    try (RecordingProxy tap = new RecordingProxy(URI.create(SERVER.url()).getPort());
        FrontProxy front =
            FrontProxy.nginx(
                folder,
                "docs/operate/production.md",
                tap.port(),
                file ->
                    file.replace(" ssl http2", "")
                        .replaceAll("ssl_[^;]*;", "")
                        .replace(
                            "proxy_set_header Host $host;",
                            "proxy_set_header Host $host; proxy_set_header "
                                + MARK
                                + " $request_id;"))) {
      tryAll(front, tap);
    }
  }

  @Test
  void haproxyForwardsNoSmuggledRequest() throws Exception {
    assumeTrue(ShellRunner.installed("haproxy"), "HAProxy is not installed");
    try (RecordingProxy tap = new RecordingProxy(URI.create(SERVER.url()).getPort());
        FrontProxy front =
            FrontProxy.haproxy(
                folder,
                "docs/operate/production.md",
                tap.port(),
                // All clients share connections to the node, so smuggling would have an effect.
                file ->
                    file.replaceAll(" ssl crt .*", "")
                        .replace(
                            "default_backend",
                            "http-request set-header " + MARK + " %[uuid()]\ndefault_backend")
                        .replace("balance leastconn", "balance leastconn\nhttp-reuse always"))) {
      tryAll(front, tap);
    }
  }

  private static void tryAll(FrontProxy front, RecordingProxy tap) throws IOException {
    int next = 0;
    for (String request :
        Stream.concat(MalformedRequests.ambiguous(), MalformedRequests.malformed()).toList()) {
      String said;
      try (RawClient client =
          new RawClient(front.port(), "127.0.0.1")
              .writeIgnoringErrors(request + MalformedRequests.SMUGGLED)
              .closeOutput()) {
        said = client.readAll();
      }
      assertThat(STATUS.matcher(said).results().map(MatchResult::group))
          .as(request + " was answered " + said)
          .allMatch(line -> line.matches("HTTP/1\\.1 ([1-4]..|501|505) "));
      checkNextRequest(front, next++, request);
    }
    assertThat(tap.lines()).isNotEmpty();
    for (RecordingProxy.RecordedConnection line : tap.lines()) {
      if (line.succeeded("GET /readyz ")) {
        continue; // HAProxy's health check.
      }
      assertThat(line.wasAccepted())
          .as(line.toString())
          .isLessThanOrEqualTo(line.wasForwarded(MARK));
    }
    assertThat(tap.lines().stream().mapToInt(line -> line.wasForwarded(MARK)).sum())
        .as("at least the request of each victim was passed on")
        .isGreaterThanOrEqualTo(next);
  }

  /** Sends the request of another client for a missing path; the answer must name the path. */
  private static void checkNextRequest(FrontProxy front, int number, String after)
      throws IOException {
    String path = "/victim-" + number;
    try (RawClient client =
        new RawClient(front.port(), "127.0.0.1")
            .write("GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")) {
      String said = client.readAll();
      assertThat(said).as("after " + after).startsWith("HTTP/1.1 404").contains(path);
    }
  }
}
