package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.SlowReader;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** A retry with the same idempotency key neither runs nor costs twice, unless the call failed. */
class IdempotencyIT {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void retryGetsTheSameAnswerForFree(boolean stream) {
    try (PoolFixture scene = new PoolFixture(1)) {
      String key = UUID.randomUUID().toString();
      TestServer.Response first = chat(scene, key, scene.body(stream));
      assertThat(first.status()).as(first.text()).isEqualTo(200);
      TestServer.Response again =
          TestServer.eventually(
              () ->
                  Optional.of(chat(scene, key, scene.body(stream)))
                      .filter(said -> said.status() == 200));
      assertThat(again.text()).isEqualTo(first.text());
      assertThat(again.header("idempotency-replayed")).contains("true");
      assertThat(scene.upstream().requests()).hasSize(1);
    }
  }

  @Test
  void otherBodyIsRefused() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String key = UUID.randomUUID().toString();
      assertThat(chat(scene, key, scene.body(false)).status()).isEqualTo(200);
      TestServer.Response other = chat(scene, key, scene.body(true));
      assertThat(other.json().path("error").path("message").asText())
          .contains("a different request");
      assertThat(other.status()).isEqualTo(422);
    }
  }

  @Test
  void concurrentCallsRunOnce() throws InterruptedException, ExecutionException {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene
          .upstream()
          .setDefaultScript(Script.PLAIN.withFault(new Fault.EventDelay(Duration.ofMillis(300))));
      String key = UUID.randomUUID().toString();
      List<Future<Integer>> statuses = new ArrayList<>();
      try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 5; i++) {
          statuses.add(clients.submit(() -> chat(scene, key, scene.body(false)).status()));
        }
      }
      for (Future<Integer> status : statuses) {
        assertThat(status.get()).isIn(200, 409);
      }
      assertThat(scene.upstream().requests()).hasSize(1);
    }
  }

  @Test
  void retryAfterDisconnectGetsTheCompleteAnswer() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene.upstream().enqueue(Script.PLAIN.withFault(new Fault.EventDelay(Duration.ofMillis(50))));
      String key = UUID.randomUUID().toString();
      String body = scene.body(true);
      String request =
          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
              + scene.key
              + "\r\nidempotency-key: "
              + key
              + "\r\ncontent-length: "
              + body.length()
              + "\r\n\r\n"
              + body;
      try (SlowReader client = new SlowReader(URI.create(scene.server.url()).getPort(), 4096)) {
        client.send(request);
        client.read(1);
        client.reset();
      }
      TestServer.Response again =
          TestServer.eventually(
              () -> Optional.of(chat(scene, key, body)).filter(said -> said.status() == 200));
      assertThat(again.text()).endsWith("data: [DONE]\n\n");
      assertThat(scene.upstream().requests()).hasSize(1);
    }
  }

  @Test
  void failedCallMayRunAgain() {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.status(400)));
      String key = UUID.randomUUID().toString();
      assertThat(chat(scene, key, scene.body(false)).status()).isEqualTo(400);
      assertThat(
              TestServer.<Integer>eventually(
                  () ->
                      Optional.of(chat(scene, key, scene.body(false)).status())
                          .filter(status -> status == 200)))
          .isEqualTo(200);
    }
  }

  private static TestServer.Response chat(PoolFixture scene, String key, String body) {
    return scene.server.send(
        HttpRequest.newBuilder(URI.create(scene.server.url() + "/v1/chat/completions"))
            .header("authorization", "Bearer " + scene.key)
            .header("content-type", "application/json")
            .header("idempotency-key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
