package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.FaultProxy;
import potluck.kit.Faults;
import potluck.kit.Listener;
import potluck.kit.Peer;

/** TLS for the right host, and only for the right one. */
class TlsTest {
  @TempDir Path folder;

  private static Client client(Tls tls) {
    Names here = host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
    var addresses = new Addresses(here, AllowedHosts.parse("one.example,two.example"));
    var dialler = new Dialler(addresses, Optional.empty(), tls);
    return new Client(new HttpUpstream(dialler, Limits.DEFAULT));
  }

  private static void serve(Peer peer) throws IOException {
    while (peer.read() != null) peer.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
  }

  @Test
  void anAnswerComesOverTlsAndTheConnectionServesAgain() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    try (var server = Listener.start(certificate.listen(), TlsTest::serve);
        var client = client(certificate.trusted())) {
      String uri = "https://one.example:" + server.port() + "/";
      for (int i = 0; i < 3; i++) assertThat(client.text(uri)).isEqualTo("ok");
      assertThat(server.accepted()).isEqualTo(1);
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    try (var server = Listener.start(certificate.listen(), TlsTest::serve);
        var client = client(certificate.trusted())) {
      String uri = "https://two.example:" + server.port() + "/";
      assertThat(Client.failure(() -> client.text(uri))).isEqualTo(Kind.TLS);
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsRefused() throws Exception {
    Certificate shown = Certificate.of(folder, "dns:one.example");
    Certificate trusted = Certificate.of(folder, "dns:one.example");
    try (var server = Listener.start(shown.listen(), TlsTest::serve);
        var client = client(trusted.trusted())) {
      String uri = "https://one.example:" + server.port() + "/";
      assertThat(Client.failure(() -> client.text(uri))).isEqualTo(Kind.TLS);
    }
  }

  @Test
  void aBodyUpToTheCloseThatIsCutUnderTlsIsNotWhole() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    try (var server =
            Listener.start(
                certificate.listen(),
                peer -> {
                  peer.expect();
                  peer.write("HTTP/1.1 200 OK\r\n\r\nhalf");
                  peer.awaitEnd();
                });
        var proxy = new FaultProxy(server.port(), Faults.NONE);
        var client = client(certificate.trusted());
        Answer answer = client.get("https://one.example:" + proxy.port() + "/")) {
      assertThat(answer.read(new byte[9], 0, 9)).isEqualTo(4);
      proxy.cut();
      assertThat(Client.failure(() -> answer.read(new byte[9], 0, 9))).isEqualTo(Kind.CUT);
    }
  }

  @Test
  void abortEndsAReaderUnderTlsAtOnce() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    var gone = new CountDownLatch(1);
    try (var server =
            Listener.start(
                certificate.listen(),
                peer -> {
                  peer.expect();
                  peer.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no");
                  peer.awaitEnd();
                  gone.countDown();
                });
        var client = client(certificate.trusted());
        Answer answer = client.get("https://one.example:" + server.port() + "/")) {
      assertThat(answer.read(new byte[9], 0, 9)).isEqualTo(1);
      Thread.ofVirtual().start(answer::abort);
      assertThat(Client.failure(() -> answer.read(new byte[9], 0, 9))).isEqualTo(Kind.ABORTED);
      gone.await();
    }
  }
}
