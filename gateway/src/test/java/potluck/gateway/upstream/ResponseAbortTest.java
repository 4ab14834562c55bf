package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.LoopbackServer;

/** An upstream must notice at once that a request was cancelled, because tokens cost money. */
class ResponseAbortTest {
  @Test
  void abortEndsABlockedRead() throws Exception {
    var gone = new CountDownLatch(1);
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n");
                  peer.awaitEnd();
                  gone.countDown();
                });
        var client = new UpstreamTestClient();
        UpstreamResponse answer = client.get(server.address() + "/")) {
      assertThat(answer.read(new byte[10], 0, 10)).isEqualTo(1);
      Thread.ofVirtual().start(answer::abort);
      assertThat(UpstreamTestClient.failure(() -> answer.read(new byte[10], 0, 10)))
          .isEqualTo(Kind.ABORTED);
      gone.await();
    }
  }

  @Test
  void interruptClosesTheConnectionBeforeTheHead() throws Exception {
    var asked = new CountDownLatch(1);
    var gone = new CountDownLatch(1);
    var failure = new CompletableFuture<Kind>();
    try (var server =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  asked.countDown();
                  peer.awaitEnd();
                  gone.countDown();
                });
        var client = new UpstreamTestClient()) {
      Thread waiting =
          Thread.ofVirtual()
              .start(
                  () ->
                      failure.complete(
                          UpstreamTestClient.failure(() -> client.get(server.address() + "/"))));
      asked.await();
      waiting.interrupt();
      gone.await();
      assertThat(failure.get()).isEqualTo(Kind.ABORTED);
    }
  }

  @Test
  void abortAfterCloseDoesNotAffectTheNextExchange() throws Exception {
    try (var server =
            LoopbackServer.start(
                peer -> {
                  while (peer.readRequest() != null) {
                    peer.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
                  }
                });
        var client = new UpstreamTestClient()) {
      UpstreamResponse first = client.get(server.address() + "/");
      first.readAll(10);
      first.close();
      try (UpstreamResponse second = client.get(server.address() + "/")) {
        first.abort();
        first.close();
        assertThat(second.readAll(10)).asString().isEqualTo("ok");
      }
      assertThat(server.acceptedConnections()).isEqualTo(1);
    }
  }
}
