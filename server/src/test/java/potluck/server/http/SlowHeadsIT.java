package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.testing.RawClient;
import potluck.server.testing.TestServer;

/**
 * Clients with slow request heads may use all connections, but only until a complete request needs
 * one.
 */
@Timeout(120)
class SlowHeadsIT {
  private static final int MAX_CONNECTIONS = 16;
  private static final String REQUEST = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

  @Test
  void slowHeadGivesWayToANewRequest() throws IOException {
    TestServer server =
        TestServer.shared()
            .secondNode(
                Map.of(
                    "POTLUCK_MAX_CONNECTIONS",
                    Integer.toString(MAX_CONNECTIONS),
                    "POTLUCK_HEAD_SECONDS",
                    "100"));
    List<RawClient> all = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * MAX_CONNECTIONS; i++) {
        all.add(
            new RawClient(server, "127.0.0.2")
                .writeIgnoringErrors("GET /livez HTTP/1.1\r\nx-slow: "));
      }
      List<RawClient> accepted = new ArrayList<>();
      for (int i = 0; i < MAX_CONNECTIONS / 2; i++) {
        accepted.add(TestServer.eventually(() -> findAdmitted(server, all)));
      }
      // No accepted connection was closed for a later one; slow ones were closed instead.
      for (RawClient each : accepted) {
        assertThat(each.write(REQUEST).readOnce()).startsWith("HTTP/1.1 200");
      }
      assertThat(server.gateway().connections()).isLessThanOrEqualTo(MAX_CONNECTIONS);
    } finally {
      for (RawClient each : all) {
        each.close();
      }
      server.close();
    }
  }

  private static Optional<RawClient> findAdmitted(TestServer server, List<RawClient> all) {
    try {
      RawClient client = new RawClient(server);
      all.add(client);
      return client.write(REQUEST).readOnce().startsWith("HTTP/1.1 200")
          ? Optional.of(client)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
