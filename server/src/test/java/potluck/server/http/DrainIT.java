package potluck.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.kit.FakeUpstream;
import potluck.kit.SlowReader;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.TestServer;

/**
 * Graceful shutdown: running requests finish or get an error, new ones are refused, and no account
 * is marked as failed.
 */
class DrainIT {
  private static final Duration EVENT_DELAY = Duration.ofMillis(300);

  private TestServer server;
  private FakeUpstream upstream;
  private String key;
  private int port;

  @BeforeEach
  void open() throws IOException {
    upstream = FakeUpstream.start();
    server = TestServer.start(Map.of());
    port = server.gateway().port();
    key = server.key(server.admin());
    server.account(upstream, "m");
  }

  @AfterEach
  void close() {
    server.close();
    upstream.close();
  }

  private SlowReader client() throws IOException {
    return new SlowReader(port, 65_536);
  }

  private String ask(boolean stream, String... headers) {
    String body =
        "{\"model\":\"m\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(stream);
    return "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\n%scontent-length: %d\r\n\r\n%s"
        .formatted(
            key,
            headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n",
            body.length(),
            body);
  }

  private static String until(SlowReader client, String sign) throws IOException {
    StringBuilder read = new StringBuilder();
    while (read.indexOf(sign) < 0) {
      byte[] more = client.read(1);
      assertThat(more).as("the connection ended after " + read).isNotEmpty();
      read.append((char) more[0]);
    }
    return read.toString();
  }

  private Thread stop(Duration accept, Duration drain) {
    return Thread.ofVirtual().start(() -> server.gateway().drain(accept, drain));
  }

  private void awaitUnready() {
    TestServer.eventually(
        () ->
            Optional.of(server.call("GET", "/readyz", null, null))
                .filter(said -> said.status() == 503));
  }

  private void awaitUnreachable() {
    TestServer.eventually(
        () -> {
          try (SlowReader _ = client()) {
            return Optional.<Boolean>empty();
          } catch (ConnectException refused) {
            return Optional.of(true);
          } catch (IOException e) {
            return Optional.empty();
          }
        });
  }

  @Test
  @Timeout(60)
  void runningCallsFinishAndNewOnesAreRefused() throws Exception {
    upstream.setDefaultScript(Script.PLAIN.withFault(new Fault.EventDelay(EVENT_DELAY)));
    try (SlowReader running = client();
        SlowReader idle = client();
        SlowReader late = client()) {
      running.send(ask(true));
      assertThat(until(running, "data:")).contains("200 OK").doesNotContain("[DONE]");
      idle.send("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
      until(idle, "alive");

      Thread stopping = stop(Duration.ofSeconds(1), Duration.ofSeconds(30));
      awaitUnready();
      late.send("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
      // Still served, on a connection that closes afterwards.
      assertThat(new String(late.readAll(), UTF_8).toLowerCase(java.util.Locale.ROOT))
          .contains("200 ok")
          .contains("connection: close");
      idle.readAll();
      awaitUnreachable();
      assertThat(stopping.isAlive()).isTrue();
      assertThat(new String(running.readAll(), UTF_8)).contains("[DONE]");
      stopping.join();
    }
    assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);
    checkAfterRestart(true, 200);
  }

  /**
   * A proxy may send the next request after the last byte of an answer, before it sees that the
   * connection closes.
   */
  @Test
  @Timeout(60)
  void requestSentRightAfterAnAnswerIsServed() throws Exception {
    upstream.enqueue(Script.PLAIN.withFault(new Fault.EventDelay(EVENT_DELAY)));
    try (SlowReader proxy = client()) {
      proxy.send(ask(true));
      until(proxy, "data:");
      Thread stopping = stop(Duration.ZERO, Duration.ofSeconds(30));
      awaitUnreachable();
      until(proxy, "\r\n0\r\n\r\n");
      proxy.send(ask(false));
      assertThat(new String(proxy.readAll(), UTF_8))
          .contains("200 OK")
          .containsIgnoringCase("connection: close")
          .contains("\"total_tokens\"");
      stopping.join();
    }
    checkAfterRestart(true, 200);
  }

  @Test
  @Timeout(60)
  void callsBeyondTheDrainTimeGetAnErrorAndNoAccountIsBlamed() throws Exception {
    upstream.setDefaultScript(Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.MID_STREAM)));
    try (SlowReader streaming = client();
        SlowReader kept = client()) {
      streaming.send(ask(true));
      until(streaming, "data:");
      kept.send(ask(true, "idempotency-key: k-1"));
      until(kept, "data:");
      Thread stopping = stop(Duration.ZERO, Duration.ofSeconds(1));
      for (SlowReader client : new SlowReader[] {streaming, kept}) {
        assertThat(new String(client.readAll(), UTF_8))
            .contains("The server is stopping")
            .endsWith("\r\n0\r\n\r\n")
            .doesNotContain("[DONE]");
      }
      stopping.join();
    }
    checkAfterRestart(false, 503);
  }

  @Test
  @Timeout(60)
  void callsBeforeTheFirstByteAre503() throws Exception {
    upstream.setDefaultScript(
        Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.BEFORE_HEADERS)));
    try (SlowReader whole = client()) {
      whole.send(ask(false));
      TestServer.eventually(() -> Optional.of(true).filter(_ -> !upstream.requests().isEmpty()));
      stop(Duration.ZERO, Duration.ofSeconds(1)).join();
      assertThat(new String(whole.readAll(), UTF_8))
          .contains(" 503 ")
          .containsIgnoringCase("retry-after: 1")
          .contains("The server is stopping");
    }
    checkAfterRestart(false, 503);
  }

  /** Restarts the server; then each request has a usage row, and the account is ready. */
  private void checkAfterRestart(boolean success, int status) {
    server.close();
    server = TestServer.startIn(server.folder(), Map.of());
    JsonNode rows =
        TestServer.eventually(
            () ->
                Optional.of(
                        server
                            .call("GET", "/api/usage/logs", server.admin(), null)
                            .json()
                            .path("data")
                            .path("logs"))
                    .filter(logs -> !logs.isEmpty()));
    for (JsonNode row : rows) {
      assertThat(row.path("success").asBoolean()).isEqualTo(success);
      assertThat(row.path("status_code").asInt()).isEqualTo(status);
    }
    JsonNode account =
        server
            .call("GET", "/api/plugin-api/accounts", server.admin(), null)
            .json()
            .path("data")
            .path(0);
    assertThat(account.path("standing").asText()).isEqualTo("ready");
  }
}
