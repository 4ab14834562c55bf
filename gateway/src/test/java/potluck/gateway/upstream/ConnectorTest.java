package potluck.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.gateway.upstream.UpstreamFailed.Kind;
import potluck.kit.LoopbackServer;
import potluck.kit.ReceivedRequest;
import potluck.kit.ServerConnection;

/** Which address a connection goes to, and how it goes through a proxy. */
class ConnectorTest {
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  @TempDir Path folder;

  private final BlockingQueue<ReceivedRequest> atProxy = new LinkedBlockingQueue<>();

  private static void serve(ServerConnection peer) throws IOException {
    while (peer.readRequest() != null) {
      peer.write(OK);
    }
  }

  private static UpstreamTestClient client(HostResolver names, String allowed) {
    return new UpstreamTestClient(names, AllowedHosts.parse(allowed), HttpLimits.DEFAULT);
  }

  @Test
  void connectorTriesTheNextAddress() throws Exception {
    // 127.0.0.2 is this machine as well, but nothing listens there.
    HostResolver two = host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.2"), HERE};
    try (var server = LoopbackServer.start(ConnectorTest::serve);
        var client = client(two, "one.example")) {
      assertThat(client.text("http://one.example:" + server.port() + "/")).isEqualTo("ok");
    }
  }

  @Test
  void connectorLooksUpANameOnceAndPinsTheAddress() throws Exception {
    var lookUps = new AtomicInteger();
    HostResolver rebinding =
        host -> {
          boolean first = lookUps.incrementAndGet() == 1;
          return new InetAddress[] {first ? HERE : InetAddress.ofLiteral("169.254.169.254")};
        };
    try (var server = LoopbackServer.start(ConnectorTest::serve);
        var client = client(rebinding, "one.example")) {
      assertThat(client.text("http://one.example:" + server.port() + "/")).isEqualTo("ok");
      assertThat(lookUps).hasValue(1);
    }
  }

  @Test
  void connectorRefusesANameWithOneForbiddenAddress() {
    HostResolver mixed = host -> new InetAddress[] {InetAddress.ofLiteral("93.184.216.34"), HERE};
    try (var client = client(mixed, "")) {
      assertThat(UpstreamTestClient.failure(() -> client.text("https://one.example/")))
          .isEqualTo(Kind.ADDRESS_REFUSED);
    }
  }

  @Test
  void connectorReportsAnUnresolvedName() {
    HostResolver nobody =
        host -> {
          throw new UnknownHostException(host);
        };
    try (var client = client(nobody, "")) {
      assertThat(UpstreamTestClient.failure(() -> client.text("https://one.example/")))
          .isEqualTo(Kind.UNRESOLVED);
    }
  }

  @Test
  void connectorReportsARefusedConnection() throws Exception {
    // Bound, so that no other process takes the port, but not listening.
    try (var bound = new Socket();
        var client = new UpstreamTestClient()) {
      bound.bind(new InetSocketAddress(HERE, 0));
      assertThat(
              UpstreamTestClient.failure(
                  () -> client.text("http://127.0.0.1:" + bound.getLocalPort() + "/")))
          .isEqualTo(Kind.CONNECT);
    }
  }

  private UpstreamTestClient behind(LoopbackServer proxy, String allowed, TlsHandshake tls) {
    HostResolver here = host -> new InetAddress[] {HERE};
    var hop = HttpProxy.of(URI.create("http://us%20er:p+w@127.0.0.1:" + proxy.port()));
    var addresses = new AddressResolver(here, AllowedHosts.parse(allowed));
    var dialler = new Connector(addresses, Optional.of(hop), tls);
    return new UpstreamTestClient(new HttpUpstream(dialler, HttpLimits.DEFAULT));
  }

  @Test
  void connectorSendsPlainRequestsToTheProxyInAbsoluteForm() throws Exception {
    try (var proxy =
            LoopbackServer.start(
                peer -> {
                  for (var request = peer.readRequest();
                      request != null;
                      request = peer.readRequest()) {
                    atProxy.add(request);
                    peer.write(OK);
                  }
                });
        var client = behind(proxy, "one.example", Certificate.of(folder, "dns:x").trusted())) {
      assertThat(client.text("http://one.example/a?b")).isEqualTo("ok");
      ReceivedRequest request = atProxy.take();
      assertThat(request.target()).isEqualTo("http://one.example/a?b");
      assertThat(request.header("host")).contains("one.example");
      assertThat(request.header("proxy-authorization")).contains("Basic dXMgZXI6cCt3");
    }
  }

  @Test
  void connectorSendsTlsThroughAProxyTunnel() throws Exception {
    Certificate certificate = Certificate.of(folder, "dns:one.example");
    try (var server = LoopbackServer.start(certificate.listen(), ConnectorTest::serve);
        var proxy = LoopbackServer.start(peer -> tunnel(peer, server.port()));
        var client = behind(proxy, "one.example", certificate.trusted())) {
      assertThat(client.text("https://one.example/")).isEqualTo("ok");
      assertThat(client.text("https://one.example/")).isEqualTo("ok");
      ReceivedRequest request = atProxy.take();
      assertThat(request.method()).isEqualTo("CONNECT");
      assertThat(request.target()).isEqualTo("one.example:443");
      assertThat(atProxy).isEmpty();
    }
  }

  private void tunnel(ServerConnection peer, int port) throws IOException {
    atProxy.add(peer.expectRequest());
    try (var inside = new Socket(HERE, port)) {
      peer.write("HTTP/1.1 200 Connection established\r\n\r\n");
      OutputStream to = inside.getOutputStream();
      Thread.ofVirtual().start(() -> peer.copyTo(to));
      InputStream from = inside.getInputStream();
      var buffer = new byte[8192];
      for (int n = from.read(buffer); n > 0; n = from.read(buffer)) {
        peer.write(Arrays.copyOf(buffer, n));
      }
    }
  }

  @Test
  void connectorReportsAProxyThatRefusesTheTunnel() throws Exception {
    try (var proxy =
            LoopbackServer.start(
                peer -> {
                  peer.expectRequest();
                  peer.write("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
                  peer.awaitEnd();
                });
        var client = behind(proxy, "one.example", Certificate.of(folder, "dns:x").trusted())) {
      assertThat(UpstreamTestClient.failure(() -> client.text("https://one.example/")))
          .isEqualTo(Kind.CONNECT);
    }
  }

  @Test
  void connectorRefusesPrivateAddressesBehindAProxy() throws Exception {
    try (var proxy = LoopbackServer.start(ConnectorTest::serve);
        var client = behind(proxy, "", Certificate.of(folder, "dns:x").trusted())) {
      assertThat(UpstreamTestClient.failure(() -> client.text("https://10.0.0.1/")))
          .isEqualTo(Kind.ADDRESS_REFUSED);
      assertThat(proxy.acceptedConnections()).isZero();
    }
  }
}
