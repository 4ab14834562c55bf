package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.kit.FakeUpstream;
import potluck.kit.RecordedRequest;
import potluck.kit.SlowReader;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Fault.StallPoint;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/**
 * Upstreams that stop sending, clients that disconnect, and cooldowns on two nodes. The tests log
 * the time until failover, until the error, and until the upstream connection is closed.
 */
@Timeout(180)
class UpstreamStallsIT {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamStallsIT.class);
  private static final int DISCONNECTS = Integer.getInteger("potluck.rounds", 100);

  private static final TestServer SERVER =
      TestServer.shared()
          .secondNode(Map.of("UPSTREAM_FIRST_BYTE_TIMEOUT", "1", "UPSTREAM_IDLE_TIMEOUT", "1"));

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @Test
  void silenceBeforeTheAnswerFailsOver() {
    try (PoolFixture scene = new PoolFixture(2)) {
      awaitModel(scene);
      scene.upstream().enqueue(Script.PLAIN.withFault(new Fault.Stall(StallPoint.BEFORE_HEADERS)));
      long start = System.nanoTime();
      assertThat(chat(scene, false).status()).isEqualTo(200);
      LOG.info("silence before the head: served by another after {} ms", since(start));
      assertThat(scene.upstreams.get(1).requests()).isNotEmpty();
    }
  }

  @Test
  void silenceAfterTheHeadFailsOver() {
    try (PoolFixture scene = new PoolFixture(2)) {
      awaitModel(scene);
      scene.upstream().enqueue(Script.PLAIN.withFault(new Fault.Stall(StallPoint.AFTER_HEADERS)));
      long start = System.nanoTime();
      // Failover still works if the client has already received a keep-alive.
      assertThat(chat(scene, true).text()).endsWith("data: [DONE]\n\n").doesNotContain("error");
      LOG.info("silence after the head: served by another after {} ms", since(start));
    }
  }

  @Test
  void silenceOfAllAccountsIsAnErrorInTheStream() {
    try (PoolFixture scene = new PoolFixture(2)) {
      awaitModel(scene);
      scene.upstreams.forEach(
          upstream ->
              upstream.setDefaultScript(
                  Script.PLAIN.withFault(new Fault.Stall(StallPoint.AFTER_HEADERS))));
      assertThat(chat(scene, true).text()).contains("\"error\"").doesNotContain("[DONE]");
    }
  }

  @Test
  void silenceInTheMiddleIsAnError() {
    for (StallPoint where :
        new StallPoint[] {StallPoint.MID_STREAM, StallPoint.BEFORE_LAST_EVENT}) {
      try (PoolFixture scene = new PoolFixture(2)) {
        awaitModel(scene);
        scene.upstream().enqueue(Script.PLAIN.withFault(new Fault.Stall(where)));
        long start = System.nanoTime();
        TestServer.Response said = chat(scene, true);
        LOG.info("silence {}: the caller got the error after {} ms", where, since(start));
        assertThat(said.text()).contains("\"error\"").doesNotContain("[DONE]");
        assertThat(scene.upstreams.get(1).requests()).isEmpty();
      }
    }
  }

  @Test
  void disconnectClosesTheUpstreamAtOnce() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitModel(scene);
      FakeUpstream upstream = scene.upstream();
      upstream.setDefaultScript(Script.PLAIN.withFault(new Fault.Stall(StallPoint.MID_STREAM)));
      long[] took = new long[DISCONNECTS];
      for (int i = 0; i < DISCONNECTS; i++) {
        try (SlowReader client = new SlowReader(URI.create(SERVER.url()).getPort(), 8192)) {
          client.send(request(scene));
          client.read(20);
          RecordedRequest seen = upstream.takeRequest();
          if (i % 4 < 2) {
            Thread.sleep(100); // Half of the clients disconnect after 100 ms of silence.
          }
          long start = System.nanoTime();
          if (i % 2 == 0) {
            client.reset();
          } else {
            client.shutdownOutput();
          }
          seen.awaitClientGone();
          took[i] = (System.nanoTime() - start) / 1000;
        }
      }
      Arrays.sort(took);
      LOG.info(
          "{} callers left (FIN and RST): the upstream was closed after {} us (median), {} us (99 %)",
          DISCONNECTS, took[DISCONNECTS / 2], took[DISCONNECTS * 99 / 100]);
    }
  }

  @Test
  void standingReachesOtherNodesAndCanBeReset() {
    try (PoolFixture scene = new PoolFixture(2)) {
      awaitModel(scene);
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.rateLimited(600)));
      assertThat(chat(scene, false).status()).isEqualTo(200);
      assertThat(scene.upstreams.get(1).requests()).hasSize(1);
      // The cooldown also applies on the other node.
      awaitStanding(scene, scene.server, "resting");
      assertThat(scene.chat(false).status()).isEqualTo(200);
      assertThat(scene.upstream().requests()).hasSize(1);

      scene.server.call(
          "PUT",
          "/api/plugin-api/accounts/" + scene.accounts.getFirst() + "/status",
          scene.admin,
          "{\"status\":1}");
      awaitStanding(scene, SERVER, "ready");
      assertThat(chat(scene, false).status()).isEqualTo(200);
      assertThat(scene.upstream().requests()).hasSize(2);
    }
  }

  private static void awaitStanding(PoolFixture scene, TestServer server, String standing) {
    TestServer.eventually(
        () ->
            server
                    .call(
                        "GET",
                        "/api/plugin-api/accounts/" + scene.accounts.getFirst(),
                        scene.admin,
                        null)
                    .json()
                    .path("data")
                    .path("standing")
                    .asText()
                    .equals(standing)
                ? Optional.of(1)
                : Optional.empty());
  }

  /** Waits until {@link #SERVER} knows the model, which was created on the other node. */
  private static void awaitModel(PoolFixture scene) {
    TestServer.eventually(
        () ->
            SERVER.call("GET", "/v1/models", scene.key, null).text().contains(scene.model)
                ? Optional.of(1)
                : Optional.empty());
  }

  private static TestServer.Response chat(PoolFixture scene, boolean stream) {
    return SERVER.call("POST", "/v1/chat/completions", scene.key, scene.body(stream));
  }

  private static String request(PoolFixture scene) {
    String body = scene.body(true);
    return "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
        + scene.key
        + "\r\nx-client-request-id: "
        + UUID.randomUUID()
        + "\r\ncontent-length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static long since(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
