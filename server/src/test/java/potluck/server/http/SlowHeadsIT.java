package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.scene.RawClient;
import potluck.server.scene.TestHouse;

/** Heads that drip in take all places, but only until somebody comes who asks for something. */
@Timeout(120)
class SlowHeadsIT {
  private static final int PLACES = 16;
  private static final String ASKED = "GET /livez HTTP/1.1\r\nhost: x\r\n\r\n";

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
    List<RawClient> all = new ArrayList<>();
    try {
      for (int i = 0; i < 2 * PLACES; i++) {
        all.add(new RawClient(house, "127.0.0.2").writeWhatGoes("GET /livez HTTP/1.1\r\nx-slow: "));
      }
      List<RawClient> honest = new ArrayList<>();
      for (int i = 0; i < PLACES / 2; i++) {
        honest.add(TestHouse.eventually(() -> letIn(house, all)));
      }
      // None of them had to give way to the next: those who drip did.
      for (RawClient each : honest) {
        assertThat(each.write(ASKED).readOnce()).startsWith("HTTP/1.1 200");
      }
      assertThat(house.gateway().connections()).isLessThanOrEqualTo(PLACES);
    } finally {
      for (RawClient each : all) {
        each.close();
      }
      house.close();
    }
  }

  private static Optional<RawClient> letIn(TestHouse house, List<RawClient> all) {
    try {
      RawClient client = new RawClient(house);
      all.add(client);
      return client.write(ASKED).readOnce().startsWith("HTTP/1.1 200")
          ? Optional.of(client)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
