package potluck.gateway.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that the operator allows although their address is not public or they do not use TLS.
 * It checks both the requested name and the resolved address, so a name that changes its address
 * gains nothing. Immutable.
 */
public final class AllowedHosts {
  /** Only public addresses over TLS. */
  public static final AllowedHosts NONE = new AllowedHosts(Set.of());

  private final Set<String> entries;

  private AllowedHosts(Set<String> entries) {
    this.entries = Set.copyOf(entries);
  }

  /**
   * Parses a comma-separated list of {@code host} or {@code host:port}; an IPv6 address is in
   * brackets. An entry with a port allows only that port.
   *
   * @throws IllegalArgumentException with the entry that is invalid
   */
  public static AllowedHosts parse(String list) {
    var entries = new HashSet<String>();
    for (String part : list.split(",")) {
      if (!part.isBlank()) {
        entries.add(entry(part.strip()));
      }
    }
    return new AllowedHosts(entries);
  }

  private static String entry(String text) {
    int colon = text.lastIndexOf(':');
    boolean withPort = colon > 0 && text.lastIndexOf(']') < colon;
    String host = HostNames.canonical(withPort ? text.substring(0, colon) : text);
    if (host == null) {
      throw new IllegalArgumentException("not a host or host:port: " + text);
    }
    if (!withPort) {
      return host;
    }
    String digits = text.substring(colon + 1);
    if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65_535) {
      throw new IllegalArgumentException("not a port in " + text);
    }
    return host + ":" + Integer.parseInt(digits);
  }

  /** Whether the list contains this host, or this port of it. */
  public boolean lists(String host, int port) {
    @Nullable String name = HostNames.canonical(host.toLowerCase(Locale.ROOT));
    return name != null && (entries.contains(name) || entries.contains(name + ":" + port));
  }

  /**
   * Whether a connection to {@code address} may be opened for {@code host}: always to a public
   * address, never to a metadata address, to any other only if the host is listed.
   */
  public boolean mayReach(String host, int port, InetAddress address) {
    if (AddressRules.isMetadata(address) || HostNames.canonical(host) == null) {
      return false;
    }
    return AddressRules.isPublic(address) || lists(host, port);
  }

  /**
   * What is wrong with an address that somebody wants to save, as far as known without a look-up:
   * its form, its scheme, or an IP address that may not be reached. Empty if nothing is wrong; a
   * name is checked again at each connection.
   */
  public Optional<String> findObjection(URI address) {
    try {
      Origin origin = Origin.of(address);
      judge(origin);
      @Nullable InetAddress literal = HostNames.literal(origin.host());
      if (literal != null) {
        judge(origin, literal);
      }
      return Optional.empty();
    } catch (UpstreamFailed refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  /** Credentials are sent without TLS only if the operator allows it. */
  void judge(Origin origin) throws UpstreamFailed {
    if (!origin.tls() && !lists(origin.host(), origin.port())) {
      throw refused(origin, "does not use TLS");
    }
  }

  void judge(Origin origin, InetAddress address) throws UpstreamFailed {
    if (!mayReach(origin.host(), origin.port(), address)) {
      throw refused(origin, "resolves to an address that is not public");
    }
  }

  private static UpstreamFailed refused(Origin origin, String why) {
    return new UpstreamFailed(
        UpstreamFailed.Kind.ADDRESS_REFUSED,
        origin + " " + why + "; the operator can list it in UPSTREAM_ALLOWED_HOSTS");
  }
}
