package potluck.gateway.upstream;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection leads: the unit of keep-alive. Immutable.
 *
 * @param host in its canonical spelling, brackets included
 */
record Origin(boolean tls, String host, int port) {
  /**
   * @throws UpstreamFailed ADDRESS_REFUSED for anything but http(s) to a plain host
   */
  static Origin of(URI uri) throws UpstreamFailed {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    if (!tls && !scheme.equals("http")) throw refused("only http and https addresses are reached");
    if (uri.getRawUserInfo() != null) throw refused("an address with user info is not reached");
    @Nullable String host = uri.getHost() == null ? null : HostNames.canonical(uri.getHost());
    if (host == null) throw refused("the address has no host that is clearly one");
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    if (port < 1 || port > 65_535) throw refused("the address has a port that does not exist");
    return new Origin(tls, host, port);
  }

  private static UpstreamFailed refused(String message) {
    return new UpstreamFailed(UpstreamFailed.Kind.ADDRESS_REFUSED, message);
  }

  /** For the host header: the port only where it is not the usual one. */
  String authority() {
    return port == (tls ? 443 : 80) ? host : host + ":" + port;
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
