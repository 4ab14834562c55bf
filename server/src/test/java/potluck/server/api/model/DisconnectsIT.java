package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.kit.SlowReader;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/**
 * Each client that disconnects during a stream gets one usage row, which does not charge the whole
 * answer. {@code -Dpotluck.rounds=2000} disconnects more clients.
 */
class DisconnectsIT {
  private static final int ROUNDS = Integer.getInteger("potluck.rounds", 60);

  /** Output tokens of the whole answer; an interrupted one must have fewer. */
  private static final long WHOLE = 60;

  @Test
  void disconnectedCallerPaysForWhatWasRelayed() throws Exception {
    Random random = new Random(11);
    try (PoolFixture scene = new PoolFixture(1)) {
      scene
          .upstream()
          .setDefaultScript(Script.PLAIN.withFault(new Fault.EventDelay(Duration.ofMillis(3))));
      Map<String, Integer> read = new HashMap<>();
      for (int i = 0; i < ROUNDS; i++) {
        String id = UUID.randomUUID().toString();
        int bytes = random.nextInt(1200);
        disconnect(scene, id, bytes);
        read.put(id, bytes);
      }
      Map<String, JsonNode> rows = rows(scene);
      for (Map.Entry<String, Integer> each : read.entrySet()) {
        assertThat(rows)
            .as("disconnected after %d bytes", each.getValue())
            .containsKey(each.getKey());
        JsonNode row = java.util.Objects.requireNonNull(rows.get(each.getKey()));
        if (!row.path("success").asBoolean()) {
          assertThat(row.path("output_tokens").asLong()).isLessThan(WHOLE);
          assertThat(row.path("attempts")).hasSize(1);
          assertThat(row.path("attempts").path(0).path("outcome").asText()).isEqualTo("gone");
        }
      }
      assertThat(rows).hasSize(ROUNDS);
      assertThat(rows.values().stream().filter(row -> !row.path("success").asBoolean()).count())
          .isPositive();
    }
  }

  private static void disconnect(PoolFixture scene, String id, int bytes) throws Exception {
    String body = scene.body(true);
    String request =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
            + scene.key
            + "\r\nx-client-request-id: "
            + id
            + "\r\ncontent-length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    try (SlowReader client = new SlowReader(URI.create(scene.server.url()).getPort(), 8192)) {
      client.send(request);
      // Reads part of the response head, so that the server has accepted the request.
      client.read(Math.max(20, bytes));
      client.reset();
    }
  }

  /** Waits for the usage rows of all requests; returns them by client request id. */
  private static Map<String, JsonNode> rows(PoolFixture scene) {
    return TestServer.eventually(
        () -> {
          Map<String, JsonNode> found = new HashMap<>();
          for (int offset = 0; offset < ROUNDS; offset += 200) {
            for (JsonNode row :
                scene
                    .server
                    .call(
                        "GET",
                        "/api/usage/logs?limit=200&offset=" + offset + "&model_name=" + scene.model,
                        scene.admin,
                        null)
                    .json()
                    .path("data")
                    .path("logs")) {
              found.put(row.path("client_request_id").asText(), row);
            }
          }
          return Optional.of(found).filter(rows -> rows.size() >= ROUNDS);
        });
  }
}
