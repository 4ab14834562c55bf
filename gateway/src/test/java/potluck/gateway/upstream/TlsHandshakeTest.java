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
import potluck.kit.LoopbackServer;
import potluck.kit.ServerConnection;

/** TLS for the right host only. */
class TlsHandshakeTest {
  @TempDir Path folder;

  private static UpstreamTestClient client(TlsHandshake tls) {
    HostResolver here = host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
    var addresses = new AddressResolver(here, AllowedHosts.parse("one.example,two.example"));
    var dialler = new Connector(addresses, Optional.empty(), tls);
    return new UpstreamTestClient(new HttpUpstream(dialler, HttpLimits.DEFAULT));
  }

  private static void serve(ServerConnection peer) throws IOException {
    while (peer.readRequest() != null) {
      peer.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    }
  }

  @Test
  void tlsConnectionIsReused() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    try (var server = LoopbackServer.start(certificate.listen(), TlsHandshakeTest::serve);
        var client = client(certificate.trusted())) {
      String uri = "https://one.example:" + server.port() + "/";
      for (int i = 0; i < 3; i++) {
        assertThat(client.text(uri)).isEqualTo("ok");
      }
      assertThat(server.acceptedConnections()).isEqualTo(1);
    }
  }

  @Test
  void tlsRefusesACertificateForAnotherHost() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    try (var server = LoopbackServer.start(certificate.listen(), TlsHandshakeTest::serve);
        var client = client(certificate.trusted())) {
      String uri = "https://two.example:" + server.port() + "/";
      assertThat(UpstreamTestClient.failure(() -> client.text(uri))).isEqualTo(Kind.TLS);
    }
  }

  @Test
  void tlsRefusesAnUntrustedCertificate() throws Exception {
    Certificate shown = Certificate.of(folder, "dns:one.example");
    Certificate trusted = Certificate.of(folder, "dns:one.example");
    try (var server = LoopbackServer.start(shown.listen(), TlsHandshakeTest::serve);
        var client = client(trusted.trusted())) {
      String uri = "https://one.example:" + server.port() + "/";
      assertThat(UpstreamTestClient.failure(() -> client.text(uri))).isEqualTo(Kind.TLS);
    }
  }

  @Test
  void tlsTruncationIsNotACompleteBody() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    try (var server =
            LoopbackServer.start(
                certificate.listen(),
                peer -> {
                  peer.expectRequest();
                  peer.write("HTTP/1.1 200 OK\r\n\r\nhalf");
                  peer.awaitEnd();
                });
        var proxy = new FaultProxy(server.port(), Faults.NONE);
        var client = client(certificate.trusted());
        UpstreamResponse answer = client.get("https://one.example:" + proxy.port() + "/")) {
      assertThat(answer.read(new byte[9], 0, 9)).isEqualTo(4);
      proxy.closeClients();
      assertThat(UpstreamTestClient.failure(() -> answer.read(new byte[9], 0, 9)))
          .isEqualTo(Kind.TRUNCATED);
    }
  }

  @Test
  void abortEndsABlockedReadUnderTls() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    var gone = new CountDownLatch(1);
    try (var server =
            LoopbackServer.start(
                certificate.listen(),
                peer -> {
                  peer.expectRequest();
                  peer.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no");
                  peer.awaitEnd();
                  gone.countDown();
                });
        var client = client(certificate.trusted());
        UpstreamResponse answer = client.get("https://one.example:" + server.port() + "/")) {
      assertThat(answer.read(new byte[9], 0, 9)).isEqualTo(1);
      Thread.ofVirtual().start(answer::abort);
      assertThat(UpstreamTestClient.failure(() -> answer.read(new byte[9], 0, 9)))
          .isEqualTo(Kind.ABORTED);
      gone.await();
    }
  }
}
