package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.LoopbackServer;

/**
 * Each step has its timeout, and the failure names the step. The server never continues, so only a
 * timeout can end these tests.
 */
class TimeoutsTest {
  private static final int LONG = 60_000;
  private static final int SHORT = 100;

  @Test
  void firstByteTimeoutEndsASilentUpstream() throws Exception {
    assertFails("", UpstreamTestClient.timeouts(LONG, SHORT, LONG, LONG), Kind.FIRST_BYTE_TIMEOUT);
  }

  @Test
  void firstByteTimeoutEndsAnUpstreamThatStallsInItsHead() throws Exception {
    assertFails(
        "HTTP/1.1 20",
        UpstreamTestClient.timeouts(LONG, SHORT, LONG, LONG),
        Kind.FIRST_BYTE_TIMEOUT);
  }

  @Test
  void idleTimeoutEndsAStalledBody() throws Exception {
    assertFails(
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
        UpstreamTestClient.timeouts(LONG, LONG, SHORT, LONG),
        Kind.IDLE_TIMEOUT);
  }

  @Test
  void totalTimeoutEndsAnEndlessResponse() throws Exception {
    assertFails(
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
        UpstreamTestClient.timeouts(LONG, LONG, LONG, SHORT),
        Kind.TOTAL_TIMEOUT);
  }

  private static void assertFails(String answer, Timeouts bounds, Kind kind) throws Exception {
    var released = new CountDownLatch(1);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write(answer);
                  peer.awaitEnd();
                  released.countDown();
                });
        var client = new UpstreamTestClient()) {
      Kind failure =
          UpstreamTestClient.failure(
              () -> {
                try (UpstreamResponse got = client.get(server.address() + "/", bounds)) {
                  got.readAll(100);
                }
              });
      assertThat(failure).isEqualTo(kind);
      released.await(); // The socket is closed, not only abandoned.
    }
  }

  @Test
  void connectTimeoutEndsAStalledHandshake() throws Exception {
    try (var server = LoopbackServer.start(peer -> peer.awaitEnd());
        var client = new UpstreamTestClient()) {
      String uri = "https://127.0.0.1:" + server.port() + "/";
      Timeouts bounds = UpstreamTestClient.timeouts(SHORT, LONG, LONG, LONG);
      assertThat(UpstreamTestClient.failure(() -> client.get(uri, bounds)))
          .isEqualTo(Kind.CONNECT_TIMEOUT);
    }
  }

  @Test
  void connectTimeoutEndsAnUnacceptedConnection() throws Exception {
    // A full backlog makes the kernel drop the first packet of every further connection.
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new UpstreamTestClient()) {
      var fill = new ArrayList<Socket>();
      for (int i = 0; i < 3; i++) {
        var socket = new Socket();
        fill.add(socket);
        Thread.ofVirtual().start(() -> connect(socket, server.getLocalPort()));
      }
      String uri = "http://127.0.0.1:" + server.getLocalPort() + "/";
      Timeouts bounds = UpstreamTestClient.timeouts(SHORT, SHORT, LONG, LONG);
      assertThat(UpstreamTestClient.failure(() -> client.get(uri, bounds)))
          .isIn(Kind.CONNECT_TIMEOUT, Kind.FIRST_BYTE_TIMEOUT);
      for (Socket socket : fill) {
        socket.close();
      }
    }
  }

  private static void connect(Socket socket, int port) {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException closed) {
      // It only fills the backlog.
    }
  }

  @Test
  void connectTimeoutEndsASlowLookUp() throws Exception {
    var never = new CountDownLatch(1);
    HostResolver slow =
        host -> {
          try {
            never.await();
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
          }
          return new InetAddress[0];
        };
    try (var client =
        new UpstreamTestClient(slow, AllowedHosts.parse("slow.example"), HttpLimits.DEFAULT)) {
      Timeouts bounds = UpstreamTestClient.timeouts(SHORT, LONG, LONG, LONG);
      assertThat(UpstreamTestClient.failure(() -> client.get("http://slow.example/", bounds)))
          .isEqualTo(Kind.CONNECT_TIMEOUT);
    }
    never.countDown();
  }

  @Test
  void idleTimeoutDoesNotCountTheTimeOfASlowReader() throws Exception {
    var proceed = new CountDownLatch(1);
    var written = new CountDownLatch(1);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf");
                  await(proceed);
                  peer.write("done");
                  written.countDown();
                  peer.awaitEnd();
                });
        var client = new UpstreamTestClient();
        UpstreamResponse answer =
            client.get(
                server.address() + "/", UpstreamTestClient.timeouts(LONG, LONG, 1_000, LONG))) {
      var buffer = new byte[100];
      assertThat(answer.read(buffer, 0, 100)).isEqualTo(4);
      // The sweeper runs several times while nothing is read: it ends only exchanges that are
      // overdue.
      try (var silent = LoopbackServer.start(peer -> peer.awaitEnd())) {
        Timeouts shorter = UpstreamTestClient.timeouts(LONG, 1_500, LONG, LONG);
        UpstreamTestClient.failure(
            () -> client.get("http://127.0.0.1:" + silent.port() + "/", shorter));
      }
      proceed.countDown();
      written.await();
      assertThat(answer.read(buffer, 0, 100)).isEqualTo(4);
      assertThat(answer.read(buffer, 0, 100)).isEqualTo(-1);
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
