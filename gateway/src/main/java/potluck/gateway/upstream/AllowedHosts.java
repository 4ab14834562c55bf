package potluck.gateway.upstream;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.Locale;
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
}
