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
import potluck.server.scene.RawClient;
import potluck.server.scene.TestHouse;

/** More connections than there are places, slow ones and silent ones, over real sockets. */
@Timeout(180)
class FloodIT {
  private static final String LIVES = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

  /** Another address of this machine, which nothing exempts. */
  private static final String STRANGER = "127.0.0.2";

  private static final TestHouse HOUSE =
      TestHouse.shared()
          .another(
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
    HOUSE.close();
  }

  @Test
  void oneAddressHasItsShareAndIsToldSo() throws IOException {
    try {
      for (int i = 0; i < 8; i++) {
        clients.add(new RawClient(HOUSE, STRANGER).write(LIVES));
        assertThat(clients.get(i).readOnce()).startsWith("HTTP/1.1 200");
      }
      try (RawClient ninth = new RawClient(HOUSE, STRANGER).write(LIVES)) {
        assertThat(ninth.readToTheEnd().toLowerCase(java.util.Locale.ROOT))
            .startsWith("http/1.1 503")
            .contains("retry-after: 1", "connection: close", "too many connections from your");
      }
      // Others are let in meanwhile, and so is the next one from there when one has left.
      assertThat(HOUSE.call("GET", "/livez", null, null).status()).isEqualTo(200);
      clients.removeFirst().close();
      TestHouse.eventually(() -> lives(STRANGER) ? Optional.of(1) : Optional.empty());
    } finally {
      leave();
    }
  }

  @Test
  void anApiClientIsToldInItsOwnDialect() throws IOException {
    try {
      for (int i = 0; i < 8; i++) {
        clients.add(new RawClient(HOUSE, STRANGER).write(LIVES));
        clients.get(i).readOnce();
      }
      try (RawClient ninth =
          new RawClient(HOUSE, STRANGER)
              .write("POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{}")) {
        assertThat(ninth.readToTheEnd()).contains("\"type\":\"error\"");
      }
    } finally {
      leave();
    }
  }

  @Test
  void thoseWhoRestGiveWayToWhoeverComes() throws IOException {
    try {
      for (int i = 0; i < 200; i++) {
        clients.add(new RawClient(HOUSE));
      }
      assertThat(lives("127.0.0.1")).isTrue();
      assertThat(HOUSE.gateway().connections()).isLessThanOrEqualTo(64);
    } finally {
      leave();
    }
  }

  @Test
  void whereAllWorkWhoeverComesIsToldAndNobodyIsInterrupted() throws IOException {
    String begun = "POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-length: 40000\r\n\r\n{";
    try {
      // A few more than there are places: what rested before has to give way first.
      for (int i = 0; i < 72; i++) {
        clients.add(new RawClient(HOUSE).writeWhatGoes(begun));
      }
      TestHouse.eventually(
          () -> HOUSE.gateway().connections() == 64 ? Optional.of(1) : Optional.empty());
      try (RawClient late = new RawClient(HOUSE).write(LIVES)) {
        assertThat(late.readToTheEnd()).startsWith("HTTP/1.1 503");
      }
      // What crawls is closed in the end, and there is room again.
      for (RawClient client : clients) {
        client.readToTheEnd();
      }
      TestHouse.eventually(() -> lives("127.0.0.1") ? Optional.of(1) : Optional.empty());
    } finally {
      leave();
    }
  }

  @Test
  void aHeadThatNeverEndsAndAConnectionThatNeverAsksAreClosed() throws IOException {
    try (RawClient silent = new RawClient(HOUSE);
        RawClient slow = new RawClient(HOUSE).write("GET /livez HTTP/1.1\r\nx-a: ")) {
      Thread drip = Thread.ofVirtual().start(() -> drip(slow));
      assertThat(slow.readToTheEnd()).isEmpty();
      drip.interrupt();
      assertThat(silent.readToTheEnd()).isEmpty();
    }
  }

  @Test
  void whoAsksAndDoesNotReadIsClosed() throws IOException {
    try (RawClient deaf = new RawClient(HOUSE)) {
      StringBuilder many = new StringBuilder();
      many.repeat("GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n", 400);
      deaf.writeWhatGoes(many.toString());
      TestHouse.eventually(
          () -> HOUSE.gateway().connections() == 0 ? Optional.of(1) : Optional.empty());
    }
  }

  private static void drip(RawClient client) {
    while (!Thread.currentThread().isInterrupted()) {
      client.writeWhatGoes("a");
      java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
    }
  }

  private static boolean lives(String from) {
    try (RawClient client = new RawClient(HOUSE, from).write(LIVES)) {
      return client.readOnce().startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }

  private void leave() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    clients.clear();
    TestHouse.eventually(
        () -> HOUSE.gateway().connections() <= 1 ? Optional.of(1) : Optional.empty());
  }
}
