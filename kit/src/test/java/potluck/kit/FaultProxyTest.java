package potluck.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import potluck.kit.Faults.Ending;

/** The proxy injects exactly the faults that are set; the slow reader reads only on request. */
class FaultProxyTest {
  private static final byte[] BYTES = new byte[100_000];

  private final CountDownLatch gone = new CountDownLatch(1);
  private LoopbackServer server;

  @BeforeEach
  void start() throws IOException {
    Arrays.fill(BYTES, (byte) 'x');
    server =
        LoopbackServer.start(
            peer -> {
              peer.expectRequest();
              try {
                peer.write(BYTES);
                peer.awaitEnd();
              } finally {
                gone.countDown();
              }
            });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static SlowReader connect(int port) throws IOException {
    SlowReader reader = new SlowReader(port, 4096);
    reader.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    return reader;
  }

  @Test
  void slicedBytesArriveComplete() throws Exception {
    try (FaultProxy proxy = new FaultProxy(server.port(), Faults.NONE.slice(700).seed(3));
        SlowReader reader = connect(proxy.port())) {
      assertThat(reader.read(BYTES.length)).isEqualTo(BYTES);
    }
  }

  @Test
  void closeComesAfterTheGivenBytes() throws Exception {
    try (FaultProxy proxy =
            new FaultProxy(server.port(), Faults.NONE.endAfter(1_234, Ending.CLOSE));
        SlowReader reader = connect(proxy.port())) {
      assertThat(reader.readAll()).hasSize(1_234);
      gone.await();
    }
  }

  @Test
  void resetIsAnErrorForTheReader() throws Exception {
    try (FaultProxy proxy = new FaultProxy(server.port(), Faults.NONE.endAfter(10, Ending.RESET));
        SlowReader reader = connect(proxy.port())) {
      assertThatThrownBy(reader::readAll).isInstanceOf(IOException.class);
    }
  }

  @Test
  void blackholeIsSilentUntilClosed() throws Exception {
    try (FaultProxy proxy =
            new FaultProxy(server.port(), Faults.NONE.endAfter(10, Ending.BLACKHOLE));
        SlowReader reader = connect(proxy.port())) {
      assertThat(reader.read(10)).hasSize(10);
      proxy.closeClients();
      assertThat(reader.readAll()).isEmpty();
    }
  }

  @Test
  void serverSeesAResetClient() throws Exception {
    try (FaultProxy proxy = new FaultProxy(server.port(), Faults.NONE)) {
      SlowReader reader = connect(proxy.port());
      reader.read(1);
      reader.reset();
      gone.await();
    }
  }
}
