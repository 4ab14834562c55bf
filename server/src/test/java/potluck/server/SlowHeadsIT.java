package potluck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Heads that drip in take all places, but only until somebody comes who asks for something. */
@Timeout(120)
class SlowHeadsIT {
  private static final int PLACES = 16;

  @Test
  void whoeverAsksGetsThePlaceOfAHeadThatDripsIn() throws IOException {
    TestHouse house =
        TestHouse.shared()
            .another(
                Map.of(
                    "POTLUCK_MAX_CONNECTIONS",
                    Integer.toString(PLACES),
                    "POTLUCK_HEAD_SECONDS",
                    "100"));
    List<RawClient> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * PLACES; i++) {
        slow.add(
            new RawClient(house, "127.0.0.2").writeWhatGoes("GET /livez HTTP/1.1\r\nx-slow: "));
      }
      for (int i = 0; i < PLACES; i++) {
        TestHouse.eventually(() -> lives(house) ? Optional.of(1) : Optional.empty());
      }
      assertThat(house.gateway().connections()).isLessThanOrEqualTo(PLACES);
    } finally {
      for (RawClient each : slow) {
        each.close();
      }
      house.close();
    }
  }

  private static boolean lives(TestHouse house) {
    try (RawClient client = new RawClient(house).write("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n")) {
      return client.readOnce().startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }
}
