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
import potluck.server.scene.RawClient;
import potluck.server.scene.Shell;
import potluck.server.scene.TestHouse;

/**
 * What two readers could read in two ways, sent to the nginx and the HAProxy of the documents: the
 * node takes it for no more requests than they passed on, and whoever comes next on the same
 * connection gets their own answer.
 */
@Timeout(180)
class SmugglingIT {
  /** Set by the front on each request that it passes on, over whatever came from outside. */
  private static final String MARK = "X-Passed-On";

  private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.1 ([0-9]{3}) ");

  private static final TestHouse HOUSE =
      TestHouse.shared()
          .another(
              Map.of(
                  "POTLUCK_HEAD_SECONDS", "1",
                  "POTLUCK_STALL_SECONDS", "1",
                  "TRUSTED_PROXIES", "127.0.0.1"));

  @TempDir Path folder;

  @AfterAll
  static void close() {
    HOUSE.close();
  }

  @Test
  void nothingPassesNginxAsAnotherRequest() throws Exception {
    assumeTrue(Shell.installed("nginx"), "there is no nginx here");
    try (Tap tap = new Tap(URI.create(HOUSE.url()).getPort());
        InFront front =
            InFront.nginx(
                folder,
                "docs/production.md",
                tap.port(),
                file ->
                    file.replace(" ssl http2", "")
                        .replaceAll("ssl_[^;]*;", "")
                        .replace(
                            "proxy_set_header Host $host;",
                            "proxy_set_header Host $host; proxy_set_header "
                                + MARK
                                + " $request_id;"))) {
      tried(front, tap);
    }
  }

  @Test
  void nothingPassesHaproxyAsAnotherRequest() throws Exception {
    assumeTrue(Shell.installed("haproxy"), "there is no HAProxy here");
    try (Tap tap = new Tap(URI.create(HOUSE.url()).getPort());
        InFront front =
            InFront.haproxy(
                folder,
                "docs/production.md",
                tap.port(),
                // All callers share connections, which is where smuggling would show.
                file ->
                    file.replaceAll(" ssl crt .*", "")
                        .replace(
                            "default_backend",
                            "http-request set-header " + MARK + " %[uuid()]\ndefault_backend")
                        .replace("balance leastconn", "balance leastconn\nhttp-reuse always"))) {
      tried(front, tap);
    }
  }

  private static void tried(InFront front, Tap tap) throws IOException {
    int next = 0;
    for (String request : Stream.concat(RawCases.ambiguous(), RawCases.malformed()).toList()) {
      String said;
      try (RawClient client =
          new RawClient(front.port(), "127.0.0.1")
              .writeWhatGoes(request + RawCases.HIDDEN)
              .done()) {
        said = client.readToTheEnd();
      }
      assertThat(STATUS.matcher(said).results().map(MatchResult::group))
          .as(request + " was answered " + said)
          .allMatch(line -> line.matches("HTTP/1\\.1 ([1-4]..|501|505) "));
      victim(front, next++, request);
    }
    assertThat(tap.lines()).isNotEmpty();
    for (Tap.Line line : tap.lines()) {
      if (line.saidYes("GET /readyz ")) {
        continue; // HAProxy's own question.
      }
      assertThat(line.taken()).as(line.toString()).isLessThanOrEqualTo(line.passedOn(MARK));
    }
    assertThat(tap.lines().stream().mapToInt(line -> line.passedOn(MARK)).sum())
        .as("each victim at least was passed on")
        .isGreaterThanOrEqualTo(next);
  }

  /** Somebody else, who asks for what is not there, and is told its name. */
  private static void victim(InFront front, int number, String after) throws IOException {
    String path = "/victim-" + number;
    try (RawClient client =
        new RawClient(front.port(), "127.0.0.1")
            .write("GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")) {
      String said = client.readToTheEnd();
      assertThat(said).as("after " + after).startsWith("HTTP/1.1 404").contains(path);
    }
  }
}
