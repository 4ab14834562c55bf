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
 * Opens connections: looks up, judges, connects to one of the judged addresses, goes through the
 * proxy where one is set, shakes hands. Thread-safe.
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

  static Connector of(HostResolver names, AllowedHosts allowed, Optional<HttpProxy> proxy) {
    try {
      return new Connector(
          new AddressResolver(names, allowed), proxy, new TlsHandshake(SSLContext.getDefault()));
    } catch (NoSuchAlgorithmException broken) {
      throw new IllegalStateException("this JDK has no TLS", broken);
    }
  }

  /** The head of a request, in the form that the next hop wants to see. */
  byte[] requestHead(UpstreamRequest dispatch, Origin origin) throws UpstreamFailed {
    URI uri = dispatch.uri();
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String target = uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    if (proxy.isEmpty() || origin.tls()) return RequestHead.write(dispatch, target, origin, "");
    String absolute = "http://" + origin.authority() + target;
    return RequestHead.write(dispatch, absolute, origin, proxy.get().authorization());
  }

  /** A fresh connection, watched from its first packet on. */
  Connection open(Origin origin, ExchangeDeadline watch) throws UpstreamFailed {
    watch.connecting();
    if (proxy.isPresent()) return throughProxy(proxy.get(), origin, watch);
    List<InetAddress> judged = addresses.resolveAllowed(origin, watch);
    CloseNotifySocket raw = connect(judged, origin.port(), watch);
    return handshake(raw, origin, watch);
  }

  private Connection throughProxy(HttpProxy hop, Origin origin, ExchangeDeadline watch)
      throws UpstreamFailed {
    addresses.judgeBehindProxy(origin, watch);
    List<InetAddress> hops = addresses.resolve(hop.host(), watch.connectMillisLeft());
    CloseNotifySocket raw = connect(hops, hop.port(), watch);
    if (origin.tls()) openTunnel(raw, hop, origin, watch);
    return handshake(raw, origin, watch);
  }

  /** Tries one address after another; each gets its share of the time that is left. */
  private static CloseNotifySocket connect(
      List<InetAddress> addresses, int port, ExchangeDeadline watch) throws UpstreamFailed {
    @Nullable IOException last = null;
    for (int i = 0; i < addresses.size(); i++) {
      var raw = new CloseNotifySocket();
      watch.guard(raw);
      try {
        raw.setOption(StandardSocketOptions.TCP_NODELAY, true);
        raw.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        int share = watch.connectMillisLeft() / (addresses.size() - i);
        raw.connect(new InetSocketAddress(addresses.get(i), port), Math.max(1, share));
        return raw;
      } catch (IOException failed) {
        last = failed;
        closeQuietly(raw);
        if (watch.hasFailed() || Thread.currentThread().isInterrupted()) break;
      }
    }
    if (last == null) throw new IllegalStateException("no address to connect to");
    boolean slow = last instanceof SocketTimeoutException;
    throw watch.explain(slow ? Kind.CONNECT_TIMEOUT : Kind.CONNECT, last);
  }

  private Connection handshake(CloseNotifySocket raw, Origin origin, ExchangeDeadline watch)
      throws UpstreamFailed {
    try {
      return new Connection(origin, raw, origin.tls() ? tls.handshake(raw, origin) : raw, watch);
    } catch (IOException failed) {
      closeQuietly(raw);
      throw watch.explain(Kind.TLS, failed);
    }
  }

  private static void openTunnel(
      CloseNotifySocket raw, HttpProxy hop, Origin origin, ExchangeDeadline watch)
      throws UpstreamFailed {
    try {
      var connection = new Connection(origin, raw, raw, watch);
      connection.write(hop.connectRequest(origin), new byte[0]);
      ResponseHead answer = new ResponseHeadReader(connection, HttpLimits.DEFAULT).read();
      if (answer.status() != 200)
        throw new UpstreamFailed(Kind.CONNECT, "the proxy answered " + answer.status());
      if (!connection.isQuiet())
        throw new UpstreamFailed(Kind.PROTOCOL, "the proxy spoke before the handshake");
    } catch (IOException failed) {
      closeQuietly(raw);
      throw watch.explain(Kind.CONNECT, failed);
    } catch (UpstreamFailed failed) {
      closeQuietly(raw);
      throw watch.explain(failed);
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
