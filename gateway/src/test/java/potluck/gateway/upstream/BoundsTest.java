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
import potluck.kit.Listener;

/**
 * Each step has its bound, and the failure names the step. The server never goes on by itself, so
 * only the bound can end these tests.
 */
class BoundsTest {
  private static final int LONG = 60_000;
  private static final int SHORT = 100;

  @Test
  void aSilentUpstreamEndsAtTheFirstByteBound() throws Exception {
    assertFails("", Client.bounds(LONG, SHORT, LONG, LONG), Kind.FIRST_BYTE_TIMEOUT);
  }

  @Test
  void anUpstreamThatStallsInItsHeadEndsAsWell() throws Exception {
    assertFails("HTTP/1.1 20", Client.bounds(LONG, SHORT, LONG, LONG), Kind.FIRST_BYTE_TIMEOUT);
  }

  @Test
  void aStalledBodyEndsAtTheIdleBound() throws Exception {
    assertFails(
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
        Client.bounds(LONG, LONG, SHORT, LONG),
        Kind.IDLE_TIMEOUT);
  }

  @Test
  void anAnswerThatNeverEndsEndsAtTheTotalBound() throws Exception {
    assertFails(
        "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf",
        Client.bounds(LONG, LONG, LONG, SHORT),
        Kind.TOTAL_TIMEOUT);
  }

  private static void assertFails(String answer, Bounds bounds, Kind kind) throws Exception {
    var released = new CountDownLatch(1);
    try (var server =
            Listener.start(
                peer -> {
                  peer.expect();
                  peer.write(answer);
                  peer.awaitEnd();
                  released.countDown();
                });
        var client = new Client()) {
      Kind failure =
          Client.failure(
              () -> {
                try (Answer got = client.get(server.address() + "/", bounds)) {
                  got.readAll(100);
                }
              });
      assertThat(failure).isEqualTo(kind);
      released.await(); // the socket is closed, and not only given up
    }
  }

  @Test
  void aHandshakeThatStallsEndsAtTheConnectBound() throws Exception {
    try (var server = Listener.start(peer -> peer.awaitEnd());
        var client = new Client()) {
      String uri = "https://127.0.0.1:" + server.port() + "/";
      Bounds bounds = Client.bounds(SHORT, LONG, LONG, LONG);
      assertThat(Client.failure(() -> client.get(uri, bounds))).isEqualTo(Kind.CONNECT_TIMEOUT);
    }
  }

  @Test
  void aConnectionThatNobodyAcceptsEndsAtTheConnectBound() throws Exception {
    // A full backlog makes the kernel drop the first packet of every further connection.
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var client = new Client()) {
      var fill = new ArrayList<Socket>();
      for (int i = 0; i < 3; i++) {
        var socket = new Socket();
        fill.add(socket);
        Thread.ofVirtual().start(() -> connect(socket, server.getLocalPort()));
      }
      String uri = "http://127.0.0.1:" + server.getLocalPort() + "/";
      Bounds bounds = Client.bounds(SHORT, SHORT, LONG, LONG);
      assertThat(Client.failure(() -> client.get(uri, bounds)))
          .isIn(Kind.CONNECT_TIMEOUT, Kind.FIRST_BYTE_TIMEOUT);
      for (Socket socket : fill) socket.close();
    }
  }

  private static void connect(Socket socket, int port) {
    try {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException closed) {
      // It was only there to take up room.
    }
  }

  @Test
  void aSlowLookUpEndsAtTheConnectBound() throws Exception {
    var never = new CountDownLatch(1);
    Names slow =
        host -> {
          try {
            never.await();
          } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
          }
          return new InetAddress[0];
        };
    try (var client = new Client(slow, AllowedHosts.parse("slow.example"), Limits.DEFAULT)) {
      Bounds bounds = Client.bounds(SHORT, LONG, LONG, LONG);
      assertThat(Client.failure(() -> client.get("http://slow.example/", bounds)))
          .isEqualTo(Kind.CONNECT_TIMEOUT);
    }
    never.countDown();
  }

  @Test
  void aSlowReaderIsNotTakenForASilentUpstream() throws Exception {
    var proceed = new CountDownLatch(1);
    var written = new CountDownLatch(1);
    try (var server =
            Listener.start(
                peer -> {
                  peer.expect();
                  peer.write("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf");
                  await(proceed);
                  peer.write("done");
                  written.countDown();
                  peer.awaitEnd();
                });
        var client = new Client();
        Answer answer =
            client.get(server.address() + "/", Client.bounds(LONG, LONG, 1_000, LONG))) {
      var buffer = new byte[100];
      assertThat(answer.read(buffer, 0, 100)).isEqualTo(4);
      // The sweeper looks several times while nobody reads: it ends what is overdue, and only that.
      try (var silent = Listener.start(peer -> peer.awaitEnd())) {
        Bounds shorter = Client.bounds(LONG, 1_500, LONG, LONG);
        Client.failure(() -> client.get("http://127.0.0.1:" + silent.port() + "/", shorter));
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
