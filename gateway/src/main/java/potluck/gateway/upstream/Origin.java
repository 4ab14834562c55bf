package potluck.gateway.upstream;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The target of a connection; idle connections are kept per origin. Immutable.
 *
 * @param host in its canonical spelling, including brackets
 */
record Origin(boolean tls, String host, int port) {
  /**
   * @throws UpstreamFailed ADDRESS_REFUSED unless the URI is http(s) to a plain host
   */
  static Origin of(URI uri) throws UpstreamFailed {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if (!tls && !scheme.equals("http")) {
      throw refused("only http and https addresses are allowed");
    }
    if (uri.getRawUserInfo() != null) {
      throw refused("addresses with user info are not allowed");
    }
    @Nullable String host = uri.getHost() == null ? null : HostNames.canonical(uri.getHost());
    if (host == null) {
      throw refused("the address has no valid host");
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    if (port < 1 || port > 65_535) {
      throw refused("the address has an invalid port");
    }
    return new Origin(tls, host, port);
  }

  private static UpstreamFailed refused(String message) {
    return new UpstreamFailed(UpstreamFailed.Kind.ADDRESS_REFUSED, message);
  }

  /** The value of the host header; the port only if it is not the default. */
  String authority() {
    return port == (tls ? 443 : 80) ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
