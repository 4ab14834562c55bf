package potluck.server.api.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import potluck.kit.RecordedRequest;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Quirk;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Relayed requests: responses, usage rows, failover and errors of upstreams. */
class RelayIT {
  @Test
  void everyAnswerHasAUsageRow() {
    try (PoolFixture scene = new PoolFixture(1)) {
      for (boolean stream : new boolean[] {false, true}) {
        TestServer.Response said = scene.chat(stream);
        assertThat(said.status()).isEqualTo(200);
        JsonNode row = scene.row(said.header("x-request-id").orElseThrow());
        assertThat(row.path("success").asBoolean()).isTrue();
        assertThat(row.path("estimated").asBoolean()).isFalse();
        assertThat(row.path("input_tokens").asLong()).isEqualTo(219);
        assertThat(row.path("output_tokens").asLong()).isEqualTo(60);
        assertThat(row.path("cached_tokens").asLong()).isEqualTo(100);
        assertThat(row.path("stream").asBoolean()).isEqualTo(stream);
        assertThat(row.path("attempts")).hasSize(1);
      }
    }
  }

  @Test
  void antiHubChatEndpointStreamsByDefault() {
    try (PoolFixture scene = new PoolFixture(1)) {
      String path = "/api/plugin-api/chat/completions";
      String body =
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
              .formatted(scene.model);
      assertThat(scene.server.call("POST", path, scene.admin, body).text()).endsWith("[DONE]\n\n");
      String explicit = body.replaceFirst("\\{", "{\"stream\":false,");
      assertThat(
              scene.server.call("POST", path, scene.key, explicit).json().path("object").asText())
          .isEqualTo("chat.completion");
    }
  }

  @Test
  void invalidStreamFlagIsRefusedBeforeAnyAttempt() {
    try (PoolFixture scene = new PoolFixture(1)) {
      for (String path :
          new String[] {
            "/v1/chat/completions",
            "/api/plugin-api/chat/completions",
            "/v1/messages",
            "/v1/responses",
            "/v1/completions"
          }) {
        for (String invalid : new String[] {"1", "\"true\"", "\"yes\"", "[]"}) {
          String body = scene.body(false).replace("\"stream\":false", "\"stream\":" + invalid);
          TestServer.Response said = scene.server.call("POST", path, scene.key, body);
          assertThat(said.status()).as("%s %s: %s", path, invalid, said.text()).isEqualTo(400);
          assertThat(said.text()).contains("stream must be true or false.");
        }
      }
      assertThat(scene.upstream().requests()).isEmpty();
      String nullStream = scene.body(false).replace("\"stream\":false", "\"stream\":null");
      assertThat(scene.server.call("POST", "/v1/chat/completions", scene.key, nullStream).status())
          .isEqualTo(200);
    }
  }

  /**
   * If a client requests a stream where the upstream does not stream, the account stays usable: no
   * cooldown affects other requests.
   */
  @Test
  void upstreamThatDoesNotStreamIsPassedOnWhole() {
    try (PoolFixture scene = new PoolFixture(1)) {
      for (String path : new String[] {"/v1/embeddings", "/v1/rerank", "/v1/images/generations"}) {
        String whole = "{\"object\":\"list\",\"data\":[]}";
        scene
            .upstream()
            .enqueue(
                Script.PLAIN.withFault(
                    new Fault.Status(
                        200, java.util.Map.of("content-type", "application/json"), whole)));
        TestServer.Response said =
            scene.server.call(
                "POST",
                path,
                scene.key,
                "{\"model\":\"%s\",\"stream\":true,\"input\":\"hi\"}".formatted(scene.model));
        assertThat(said.status()).as("%s: %s", path, said.text()).isEqualTo(200);
        assertThat(said.text()).isEqualTo(whole);
        assertThat(said.header("content-type").orElseThrow()).startsWith("application/json");
        assertThat(scene.chat(false).status()).as("after %s", path).isEqualTo(200);
      }
    }
  }

  @Test
  void failureBeforeTheFirstByteFailsOver() {
    Fault[] faults = {
      Fault.status(500),
      Fault.html(503),
      Fault.status(401),
      Fault.rateLimited(3),
      new Fault.Stall(Fault.StallPoint.BEFORE_HEADERS),
      new Fault.Cut(0),
      new Fault.InBand(0)
    };
    for (Fault fault : faults) {
      for (boolean stream : new boolean[] {false, true}) {
        if (fault instanceof Fault.InBand && !stream) {
          continue;
        }
        try (PoolFixture scene = new PoolFixture(2)) {
          scene.upstream().setDefaultScript(Script.PLAIN.withFault(fault));
          TestServer.Response said = scene.chat(stream);
          assertThat(said.status())
              .as("%s, stream %s: %s", fault, stream, said.text())
              .isEqualTo(200);
          JsonNode row = scene.row(said.header("x-request-id").orElseThrow());
          assertThat(row.path("attempts")).as("%s", fault).hasSize(2);
          assertThat(row.path("cookie_id").asText()).isEqualTo(scene.accounts.get(1));
        }
      }
    }
  }

  @Test
  void breakAfterTheFirstByteIsAnError() {
    for (Fault fault : new Fault[] {new Fault.Cut(900), new Fault.InBand(3)}) {
      try (PoolFixture scene = new PoolFixture(2)) {
        scene.upstream().setDefaultScript(Script.PLAIN.withFault(fault));
        TestServer.Response said = scene.chat(true);
        assertThat(said.status()).isEqualTo(200);
        assertThat(said.text()).as("%s", fault).contains("\"error\"").doesNotContain("[DONE]");
        assertThat(scene.upstreams.get(1).requests()).isEmpty();
        JsonNode row = scene.row(said.header("x-request-id").orElseThrow());
        assertThat(row.path("success").asBoolean()).isFalse();
        assertThat(row.path("estimated").asBoolean()).isTrue();
        assertThat(row.path("output_tokens").asLong()).isPositive();
      }
    }
  }

  @Test
  void upstreamCredentialIsNeverRelayed() {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene
          .upstream()
          .setDefaultScript(
              Script.PLAIN.withFault(
                  new Fault.Status(
                      400,
                      java.util.Map.of(),
                      "{\"error\":{\"message\":\"bad key sk-upstream-secret-0 in c2stdXBzdHJlYW0tc2VjcmV0LTA\"}}")));
      TestServer.Response said = scene.chat(false);
      assertThat(said.status()).isEqualTo(400);
      assertThat(said.text()).contains("bad").doesNotContain("secret").doesNotContain("c2stdXBz");
      assertThat(scene.server.call("GET", "/api/plugin-api/accounts", scene.admin, null).text())
          .doesNotContain("sk-upstream-secret");
    }
  }

  @Test
  void disconnectDuringSilenceClosesTheUpstreamAndIsRecorded()
      throws IOException, InterruptedException {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene
          .upstream()
          .setDefaultScript(Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.MID_STREAM)));
      String body = scene.body(true);
      try (Socket socket =
          new Socket(java.net.InetAddress.getLoopbackAddress(), scene.server.gateway().port())) {
        socket
            .getOutputStream()
            .write(
                """
                POST /v1/chat/completions HTTP/1.1\r
                Host: localhost\r
                Authorization: Bearer %s\r
                X-Client-Request-Id: gone-%s\r
                Content-Length: %d\r
                \r
                %s"""
                    .formatted(scene.key, scene.model, body.length(), body)
                    .getBytes(StandardCharsets.UTF_8));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
      RecordedRequest seen = scene.upstream().takeRequest();
      seen.awaitClientGone();
      JsonNode row =
          TestServer.eventually(
              () ->
                  scene
                      .server
                      .call("GET", "/api/usage/logs?model_name=" + scene.model, scene.admin, null)
                      .json()
                      .path("data")
                      .path("logs")
                      .valueStream()
                      .findFirst());
      assertThat(row.path("client_request_id").asText()).isEqualTo("gone-" + scene.model);
      assertThat(row.path("success").asBoolean()).isFalse();
      assertThat(row.path("status_code").asInt()).isEqualTo(499);
    }
  }

  @Test
  void unusualServersAreTolerated() {
    for (Quirk quirk :
        new Quirk[] {
          Quirk.CRLF_LINES,
          Quirk.NO_SPACE_AFTER_DATA,
          Quirk.COMMENTS,
          Quirk.BYTE_BY_BYTE,
          Quirk.ALL_AT_ONCE,
          Quirk.SINGLE_CHUNK,
          Quirk.USAGE_ON_EVERY_CHUNK,
          Quirk.USAGE_TWICE,
          Quirk.NO_DONE
        }) {
      try (PoolFixture scene = new PoolFixture(1)) {
        scene.upstream().setDefaultScript(Script.PLAIN.withQuirk(quirk));
        TestServer.Response said = scene.chat(true);
        assertThat(said.text()).as("%s", quirk).contains("[DONE]").contains("Hello");
        JsonNode row = scene.row(said.header("x-request-id").orElseThrow());
        assertThat(row.path("success").asBoolean()).as("%s", quirk).isTrue();
        assertThat(row.path("output_tokens").asLong()).as("%s", quirk).isEqualTo(60);
      }
    }
  }

  @Test
  void missingUsageIsEstimated() {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene.upstream().setDefaultScript(Script.PLAIN.withQuirk(Quirk.NO_USAGE));
      TestServer.Response said = scene.chat(true);
      JsonNode row = scene.row(said.header("x-request-id").orElseThrow());
      assertThat(row.path("estimated").asBoolean()).isTrue();
      assertThat(row.path("output_tokens").asLong()).isPositive();
    }
  }

  @Test
  void allAccountsRateLimitedReturnsTheEarliestRetryTime() {
    try (PoolFixture scene = new PoolFixture(2)) {
      scene.upstreams.get(0).setDefaultScript(Script.PLAIN.withFault(Fault.rateLimited(30)));
      scene.upstreams.get(1).setDefaultScript(Script.PLAIN.withFault(Fault.rateLimited(9)));
      TestServer.Response first = scene.chat(false);
      assertThat(first.status()).isEqualTo(429);
      assertThat(Long.parseLong(first.header("retry-after").orElseThrow())).isBetween(8L, 9L);
      TestServer.Response second = scene.chat(false);
      assertThat(second.status()).isEqualTo(429);
      assertThat(scene.upstreams.get(0).requests()).hasSize(1);
    }
  }

  @Test
  void slowAnswerIsRelayedAsItArrives() {
    try (PoolFixture scene = new PoolFixture(1)) {
      scene
          .upstream()
          .setDefaultScript(Script.PLAIN.withFault(new Fault.EventDelay(Duration.ofMillis(30))));
      TestServer.Response said = scene.chat(true);
      JsonNode row = scene.row(said.header("x-request-id").orElseThrow());
      assertThat(row.path("first_byte_ms").asLong()).isLessThan(row.path("duration_ms").asLong());
    }
  }
}
