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
 * What two readers could read in two ways, sent to the nginx and the HAProxy of the documents: the
 * node takes it for no more requests than they passed on, and the next client on the same
 * connection gets their own answer.
 */
@Timeout(180)
class SmugglingIT {
  /** Set by the front on each request that it passes on, over whatever came from outside. */
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
    assumeTrue(ShellRunner.installed("nginx"), "there is no nginx here");
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
    assumeTrue(ShellRunner.installed("haproxy"), "there is no HAProxy here");
    try (RecordingProxy tap = new RecordingProxy(URI.create(SERVER.url()).getPort());
        FrontProxy front =
            FrontProxy.haproxy(
                folder,
                "docs/operate/production.md",
                tap.port(),
                // All callers share connections, which is where smuggling would show.
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
        continue; // HAProxy's own question.
      }
      assertThat(line.wasAccepted())
          .as(line.toString())
          .isLessThanOrEqualTo(line.wasForwarded(MARK));
    }
    assertThat(tap.lines().stream().mapToInt(line -> line.wasForwarded(MARK)).sum())
        .as("each victim at least was passed on")
        .isGreaterThanOrEqualTo(next);
  }

  /** Another client that requests a missing path; the answer names the path. */
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
