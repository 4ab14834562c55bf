package potluck.gateway.upstream;

import java.net.InetAddress;
import java.net.URI;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that the operator has opened although their address is not public, or although they do
 * not speak TLS. It decides by the name that was asked for and the address that it led to, so a
 * name that changes its address gains nothing. Immutable.
 */
public final class AllowedHosts {
  /** Nothing but the public Internet over TLS. */
  public static final AllowedHosts NONE = new AllowedHosts(Set.of());

  private final Set<String> entries;

  private AllowedHosts(Set<String> entries) {
    this.entries = Set.copyOf(entries);
  }

  /**
   * Reads a comma list of {@code host} or {@code host:port}; an IPv6 address stands in brackets. An
   * entry with a port opens that port only.
   *
   * @throws IllegalArgumentException naming the entry that is neither
   */
  public static AllowedHosts parse(String list) {
    var entries = new HashSet<String>();
    for (String part : list.split(",")) {
      if (!part.isBlank()) entries.add(entry(part.strip()));
    }
    return new AllowedHosts(entries);
  }

  private static String entry(String text) {
    int colon = text.lastIndexOf(':');
    boolean withPort = colon > 0 && text.lastIndexOf(']') < colon;
    String host = HostNames.canonical(withPort ? text.substring(0, colon) : text);
    if (host == null) throw new IllegalArgumentException("not a host or host:port: " + text);
    if (!withPort) return host;
    String digits = text.substring(colon + 1);
    if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > 65_535)
      throw new IllegalArgumentException("not a port in " + text);
    return host + ":" + Integer.parseInt(digits);
  }

  /** Whether the operator has listed this host, or this port of it. */
  public boolean lists(String host, int port) {
    @Nullable String name = HostNames.canonical(host.toLowerCase(Locale.ROOT));
    return name != null && (entries.contains(name) || entries.contains(name + ":" + port));
  }

  /**
   * Whether a connection to {@code address} may be opened for {@code host}. A public address always
   * may, a metadata address never, any other only when the host is listed.
   */
  public boolean mayReach(String host, int port, InetAddress address) {
    if (AddressRules.isMetadata(address) || HostNames.canonical(host) == null) return false;
    return AddressRules.isPublic(address) || lists(host, port);
  }

  /**
   * What is wrong with an address that somebody wants to set, as far as it can be told without a
   * look-up: its form, its scheme, an IP address that may not be reached. Empty when nothing is; a
   * name is judged again whenever it is connected to.
   */
  public Optional<String> findObjection(URI address) {
    try {
      Origin origin = Origin.of(address);
      judge(origin);
      @Nullable InetAddress literal = HostNames.literal(origin.host());
      if (literal != null) judge(origin, literal);
      return Optional.empty();
    } catch (UpstreamFailed refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  /** Credentials travel in the clear only where the operator has said that they may. */
  void judge(Origin origin) throws UpstreamFailed {
    if (!origin.tls() && !lists(origin.host(), origin.port()))
      throw refused(origin, "is not reached without TLS");
  }

  void judge(Origin origin, InetAddress address) throws UpstreamFailed {
    if (!mayReach(origin.host(), origin.port(), address))
      throw refused(origin, "leads to an address that is not public");
  }

  private static UpstreamFailed refused(Origin origin, String why) {
    return new UpstreamFailed(
        UpstreamFailed.Kind.ADDRESS_REFUSED,
        origin + " " + why + "; the operator can list it in UPSTREAM_ALLOWED_HOSTS");
  }
}
