package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.LoopbackServer;
import potluck.kit.ServerConnection;

/** Which connections are reused. */
class IdleConnectionsTest {
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  private static void serve(ServerConnection peer, String answer) throws IOException {
    while (peer.readRequest() != null) {
      peer.write(answer);
    }
  }

  @Test
  void idleConnectionIsReused() throws Exception {
    try (var server = LoopbackServer.start(peer -> serve(peer, OK));
        var client = new UpstreamTestClient()) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      }
      assertThat(server.acceptedConnections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: x, Close\r\n\r\nok",
        "HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nmore"
      })
  void connectionWithCloseOrExcessBytesIsNotReused(String answer) throws Exception {
    try (var server = LoopbackServer.start(peer -> serve(peer, answer));
        var client = new UpstreamTestClient()) {
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      assertThat(server.acceptedConnections()).isEqualTo(2);
    }
  }

  @Test
  void connectionWithAnUnreadBodyIsClosed() throws Exception {
    var ended = new CountDownLatch(1);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  try {
                    serve(peer, OK);
                  } finally {
                    ended.countDown();
                  }
                });
        var client = new UpstreamTestClient()) {
      client.get(server.address() + "/").close();
      ended.await();
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      assertThat(server.acceptedConnections()).isEqualTo(2);
    }
  }

  @Test
  void connectionIsReusedIfTheEndOfTheBodyIsBuffered() throws Exception {
    var read = new CountDownLatch(1);
    var written = new CountDownLatch(1);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  while (peer.readRequest() != null) {
                    peer.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n");
                    await(read);
                    peer.write("0\r\n\r\n");
                    written.countDown();
                  }
                });
        var client = new UpstreamTestClient()) {
      try (UpstreamResponse answer = client.get(server.address() + "/")) {
        assertThat(answer.read(new byte[99], 0, 99)).isEqualTo(2);
        read.countDown();
        written.await();
      }
      client.get(server.address() + "/").close();
      assertThat(server.acceptedConnections()).isEqualTo(1);
    }
  }

  @Test
  void requestOnAStaleConnectionIsRetriedOnce() throws Exception {
    var requests = new AtomicInteger();
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write(OK);
                  // The second request on this connection finds it closed.
                  if (requests.incrementAndGet() == 1 && peer.readRequest() != null) {
                    peer.reset();
                  }
                });
        var client = new UpstreamTestClient()) {
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      assertThat(server.acceptedConnections()).isEqualTo(2);
    }
  }

  @Test
  void requestOnANewConnectionIsNotRetried() throws Exception {
    try (var server = LoopbackServer.start(peer -> peer.expectRequest());
        var client = new UpstreamTestClient()) {
      assertThat(UpstreamTestClient.failure(() -> client.text(server.address() + "/")))
          .isEqualTo(Kind.RESET);
      assertThat(server.acceptedConnections()).isEqualTo(1);
    }
  }

  @Test
  void requestIsNotRetriedAfterTheFirstByte() throws Exception {
    var requests = new AtomicInteger();
    try (var server =
            LoopbackServer.start(
                peer -> {
                  while (peer.readRequest() != null) {
                    if (requests.incrementAndGet() == 1) {
                      peer.write(OK);
                    } else {
                      peer.write("H");
                      return;
                    }
                  }
                });
        var client = new UpstreamTestClient()) {
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      assertThat(UpstreamTestClient.failure(() -> client.text(server.address() + "/")))
          .isEqualTo(Kind.TRUNCATED);
      assertThat(requests).hasValue(2);
    }
  }

  @Test
  void unsolicitedResponseIsNotGivenToTheNextRequest() throws Exception {
    var spoken = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    var connections = new AtomicInteger();
    try (var server =
            LoopbackServer.start(
                peer -> {
                  boolean first = connections.incrementAndGet() == 1;
                  peer.expectRequest();
                  peer.write(OK);
                  if (first) {
                    await(go);
                    peer.write("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison");
                    spoken.countDown();
                  }
                  peer.awaitEnd();
                });
        var client = new UpstreamTestClient()) {
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      go.countDown();
      spoken.await();
      assertThat(client.text(server.address() + "/")).isEqualTo("ok");
      assertThat(server.acceptedConnections()).isEqualTo(2);
    }
  }

  @Test
  void idleConnectionsAreLimitedAndExpire() throws Exception {
    var limits = new HttpLimits(64 * 1024, 200, 1 << 20, 2, Duration.ofMillis(50));
    var ended = new CountDownLatch(5);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  try {
                    serve(peer, OK);
                  } finally {
                    ended.countDown();
                  }
                });
        var client = new UpstreamTestClient(limits)) {
      List<UpstreamResponse> answers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        answers.add(client.get(server.address() + "/"));
      }
      for (UpstreamResponse answer : answers) {
        answer.readAll(10);
        answer.close();
      }
      ended.await();
    }
  }

  @Test
  void closingTheClientEndsRunningExchanges() throws Exception {
    var asked = new CountDownLatch(1);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  asked.countDown();
                  peer.awaitEnd();
                });
        var client = new UpstreamTestClient()) {
      Runnable close = client::close;
      Thread.ofVirtual()
          .start(
              () -> {
                await(asked);
                close.run();
              });
      assertThat(UpstreamTestClient.failure(() -> client.get(server.address() + "/")))
          .isEqualTo(Kind.ABORTED);
      assertThat(UpstreamTestClient.failure(() -> client.get(server.address() + "/")))
          .isEqualTo(Kind.ABORTED);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
