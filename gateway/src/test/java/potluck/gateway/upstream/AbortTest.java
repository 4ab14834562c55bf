package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.Listener;

/** When our side gives up the upstream sees it at once: tokens cost money. */
class AbortTest {
  @Test
  void abortClosesTheConnectionUnderAReader() throws Exception {
    var gone = new CountDownLatch(1);
    try (var server =
            Listener.start(
                peer -> {
                  peer.expect();
                  peer.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n");
                  peer.awaitEnd();
                  gone.countDown();
                });
        var client = new Client();
        Answer answer = client.get(server.address() + "/")) {
      assertThat(answer.read(new byte[10], 0, 10)).isEqualTo(1);
      Thread.ofVirtual().start(answer::abort);
      assertThat(Client.failure(() -> answer.read(new byte[10], 0, 10))).isEqualTo(Kind.ABORTED);
      gone.await();
    }
  }

  @Test
  void interruptingAVirtualThreadClosesTheConnectionBeforeTheHead() throws Exception {
    var asked = new CountDownLatch(1);
    var gone = new CountDownLatch(1);
    var failure = new CompletableFuture<Kind>();
    try (var server =
            Listener.start(
                peer -> {
                  peer.expect();
                  asked.countDown();
                  peer.awaitEnd();
                  gone.countDown();
                });
        var client = new Client()) {
      Thread waiting =
          Thread.ofVirtual()
              .start(
                  () -> failure.complete(Client.failure(() -> client.get(server.address() + "/"))));
      asked.await();
      waiting.interrupt();
      gone.await();
      assertThat(failure.get()).isEqualTo(Kind.ABORTED);
    }
  }

  @Test
  void aLateAbortDoesNotTouchTheNextExchange() throws Exception {
    try (var server =
            Listener.start(
                peer -> {
                  while (peer.read() != null)
                    peer.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
                });
        var client = new Client()) {
      Answer first = client.get(server.address() + "/");
      first.readAll(10);
      first.close();
      try (Answer second = client.get(server.address() + "/")) {
        first.abort();
        first.close();
        assertThat(second.readAll(10)).asString().isEqualTo("ok");
      }
      assertThat(server.accepted()).isEqualTo(1);
    }
  }
}
