package potluck.gateway.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * Opens connections: resolves and checks the addresses, connects to one of them, through the proxy
 * if one is set, and performs the TLS handshake. Thread-safe.
 */
final class Connector {
  private final AddressResolver addresses;
  private final Optional<HttpProxy> proxy;
  private final TlsHandshake tls;

  Connector(AddressResolver addresses, Optional<HttpProxy> proxy, TlsHandshake tls) {
    this.addresses = addresses;
    this.proxy = proxy;
    this.tls = tls;
  }

  static Connector of(HostResolver resolver, AllowedHosts allowed, Optional<HttpProxy> proxy) {
    try {
      return new Connector(
          new AddressResolver(resolver, allowed), proxy, new TlsHandshake(SSLContext.getDefault()));
    } catch (NoSuchAlgorithmException broken) {
      throw new IllegalStateException("this JDK has no TLS", broken);
    }
  }

  /** The head of a request in the form that the next hop expects. */
  byte[] requestHead(UpstreamRequest request, Origin origin) throws UpstreamFailed {
    URI uri = request.uri();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    if (proxy.isEmpty() || origin.tls()) {
      return RequestHead.write(request, target, origin, "");
    }
    String absolute = "http://" + origin.authority() + target;
    return RequestHead.write(request, absolute, origin, proxy.get().authorization());
  }

  /** Opens a connection; the deadline applies from its first packet on. */
  Connection open(Origin origin, ExchangeDeadline deadline) throws UpstreamFailed {
    deadline.connecting();
    if (proxy.isPresent()) {
      return throughProxy(proxy.get(), origin, deadline);
    }
    List<InetAddress> checked = addresses.resolveAllowed(origin, deadline);
    CloseNotifySocket raw = connect(checked, origin.port(), deadline);
    return handshake(raw, origin, deadline);
  }

  private Connection throughProxy(HttpProxy proxy, Origin origin, ExchangeDeadline deadline)
      throws UpstreamFailed {
    addresses.judgeBehindProxy(origin, deadline);
    List<InetAddress> hops = addresses.resolve(proxy.host(), deadline.connectMillisLeft());
    CloseNotifySocket raw = connect(hops, proxy.port(), deadline);
    if (origin.tls()) {
      openTunnel(raw, proxy, origin, deadline);
    }
    return handshake(raw, origin, deadline);
  }

  /** Tries one address after another; each gets its share of the remaining time. */
  private static CloseNotifySocket connect(
      List<InetAddress> addresses, int port, ExchangeDeadline deadline) throws UpstreamFailed {
    @Nullable IOException last = null;
    for (int i = 0; i < addresses.size(); i++) {
      var raw = new CloseNotifySocket();
      deadline.guard(raw);
      try {
        raw.setOption(StandardSocketOptions.TCP_NODELAY, true);
        raw.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        int share = deadline.connectMillisLeft() / (addresses.size() - i);
        raw.connect(new InetSocketAddress(addresses.get(i), port), Math.max(1, share));
        return raw;
      } catch (IOException failed) {
        last = failed;
        closeQuietly(raw);
        if (deadline.hasFailed() || Thread.currentThread().isInterrupted()) {
          break;
        }
      }
    }
    if (last == null) {
      throw new IllegalStateException("no address to connect to");
    }
    boolean slow = last instanceof SocketTimeoutException;
    throw deadline.explain(slow ? Kind.CONNECT_TIMEOUT : Kind.CONNECT, last);
  }

  private Connection handshake(CloseNotifySocket raw, Origin origin, ExchangeDeadline deadline)
      throws UpstreamFailed {
    try {
      return new Connection(origin, raw, origin.tls() ? tls.handshake(raw, origin) : raw, deadline);
    } catch (IOException failed) {
      closeQuietly(raw);
      throw deadline.explain(Kind.TLS, failed);
    }
  }

  private static void openTunnel(
      CloseNotifySocket raw, HttpProxy proxy, Origin origin, ExchangeDeadline deadline)
      throws UpstreamFailed {
    try {
      var connection = new Connection(origin, raw, raw, deadline);
      connection.write(proxy.connectRequest(origin), new byte[0]);
      ResponseHead response = new ResponseHeadReader(connection, HttpLimits.DEFAULT).read();
      if (response.status() != 200) {
        throw new UpstreamFailed(Kind.CONNECT, "the proxy answered " + response.status());
      }
      if (!connection.isQuiet()) {
        throw new UpstreamFailed(Kind.PROTOCOL, "the proxy sent data before the TLS handshake");
      }
    } catch (IOException failed) {
      closeQuietly(raw);
      throw deadline.explain(Kind.CONNECT, failed);
    } catch (UpstreamFailed failed) {
      closeQuietly(raw);
      throw deadline.explain(failed);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // Nothing is left to close.
    }
  }
}
