package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.testing.RawClient;
import potluck.server.testing.TestServer;

/**
 * Connection limits over real sockets: too many connections, slow clients, idle clients, and
 * clients that do not read.
 */
@Timeout(180)
class ConnectionLimitIT {
  private static final String LIVE_PROBE = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

  /** Another loopback address, to which the limit per address applies. */
  private static final String OTHER_IP = "127.0.0.2";

  private static final TestServer SERVER =
      TestServer.shared()
          .secondNode(
              Map.of(
                  "POTLUCK_MAX_CONNECTIONS", "64",
                  "POTLUCK_MAX_CONNECTIONS_PER_ADDRESS", "8",
                  "POTLUCK_HEAD_SECONDS", "2",
                  "POTLUCK_STALL_SECONDS", "2",
                  "POTLUCK_STALL_BYTES", "2000",
                  "POTLUCK_KEEP_ALIVE_SECONDS", "3"));

  private final List<RawClient> clients = new ArrayList<>();

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @Test
  void addressLimitIsReported() throws IOException {
    try {
      for (int i = 0; i < 8; i++) {
        clients.add(new RawClient(SERVER, OTHER_IP).write(LIVE_PROBE));
        assertThat(clients.get(i).readOnce()).startsWith("HTTP/1.1 200");
      }
      try (RawClient ninth = new RawClient(SERVER, OTHER_IP).write(LIVE_PROBE)) {
        assertThat(ninth.readAll().toLowerCase(java.util.Locale.ROOT))
            .startsWith("http/1.1 503")
            .contains("retry-after: 1", "connection: close", "too many connections from your");
      }
      // Other addresses are accepted, and this address again after one connection closes.
      assertThat(SERVER.call("GET", "/livez", null, null).status()).isEqualTo(200);
      clients.removeFirst().close();
      TestServer.eventually(() -> isAlive(OTHER_IP) ? Optional.of(1) : Optional.empty());
    } finally {
      closeClients();
    }
  }

  @Test
  void refusalHasTheDialectOfThePath() throws IOException {
    try {
      for (int i = 0; i < 8; i++) {
        clients.add(new RawClient(SERVER, OTHER_IP).write(LIVE_PROBE));
        clients.get(i).readOnce();
      }
      try (RawClient ninth =
          new RawClient(SERVER, OTHER_IP)
              .write("POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")) {
        assertThat(ninth.readAll()).contains("\"type\":\"error\"");
      }
    } finally {
      closeClients();
    }
  }

  @Test
  void idleConnectionsAreClosedForNewOnes() throws IOException {
    try {
      for (int i = 0; i < 200; i++) {
        clients.add(new RawClient(SERVER));
      }
      assertThat(isAlive("127.0.0.1")).isTrue();
      assertThat(SERVER.gateway().connections()).isLessThanOrEqualTo(64);
    } finally {
      closeClients();
    }
  }

  @Test
  void busyServerRefusesNewConnections() throws IOException {
    String begun = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 40000\r\n\r\n{";
    try {
      // More than the limit: idle connections of earlier tests are closed first.
      for (int i = 0; i < 72; i++) {
        clients.add(new RawClient(SERVER).writeIgnoringErrors(begun));
      }
      TestServer.eventually(
          () -> SERVER.gateway().connections() == 64 ? Optional.of(1) : Optional.empty());
      try (RawClient late = new RawClient(SERVER).write(LIVE_PROBE)) {
        assertThat(late.readAll()).startsWith("HTTP/1.1 503");
      }
      // Slow connections are closed at the timeout, and new ones are accepted again.
      for (RawClient client : clients) {
        client.readAll();
      }
      TestServer.eventually(() -> isAlive("127.0.0.1") ? Optional.of(1) : Optional.empty());
    } finally {
      closeClients();
    }
  }

  @Test
  void endlessHeadAndIdleConnectionAreClosed() throws IOException {
    try (RawClient silent = new RawClient(SERVER);
        RawClient slow = new RawClient(SERVER).write("GET /livez HTTP/1.1\r\nx-a: ")) {
      Thread slowSender = Thread.ofVirtual().start(() -> sendSlowly(slow));
      assertThat(slow.readAll()).isEmpty();
      slowSender.interrupt();
      assertThat(silent.readAll()).isEmpty();
    }
  }

  @Test
  void callerThatDoesNotReadIsClosed() throws IOException {
    try (RawClient notReading = new RawClient(SERVER)) {
      StringBuilder many = new StringBuilder();
      many.repeat("GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n", 400);
      notReading.writeIgnoringErrors(many.toString());
      TestServer.eventually(
          () -> SERVER.gateway().connections() == 0 ? Optional.of(1) : Optional.empty());
    }
  }

  private static void sendSlowly(RawClient client) {
    while (!Thread.currentThread().isInterrupted()) {
      client.writeIgnoringErrors("a");
      java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
    }
  }

  private static boolean isAlive(String from) {
    try (RawClient client = new RawClient(SERVER, from).write(LIVE_PROBE)) {
      return client.readOnce().startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }

  private void closeClients() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    clients.clear();
    TestServer.eventually(
        () -> SERVER.gateway().connections() <= 1 ? Optional.of(1) : Optional.empty());
  }
}
