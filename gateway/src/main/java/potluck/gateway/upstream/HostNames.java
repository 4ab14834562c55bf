package potluck.gateway.upstream;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Canonical spelling of host names. Spellings that programs read differently are rejected ({@code
 * 0177.1}, {@code 0x7f.1}, {@code 2130706433}, zones, wide characters), so that the checked host is
 * the one that is reached. Stateless.
 */
final class HostNames {
  private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)" + LABEL + "(\\." + LABEL + ")*");
  private static final Pattern QUAD =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  /** https://url.spec.whatwg.org/#ends-in-a-number-checker */
  private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)");

  private HostNames() {}

  /**
   * Lower case, without a trailing dot; an IPv6 address in brackets and written out.
   *
   * @return null if the text is not clearly a host
   */
  static @Nullable String canonical(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    if (lower.startsWith("[")) {
      return lower.endsWith("]") ? literalV6(lower) : null;
    }
    String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    if (!NAME.matcher(name).matches()) {
      return null;
    }
    if (!ENDS_IN_NUMBER.matcher(name).matches()) {
      return name;
    }
    return QUAD.matcher(name).matches() && literal(name) != null ? name : null;
  }

  private static @Nullable String literalV6(String bracketed) {
    String inner = bracketed.substring(1, bracketed.length() - 1);
    if (inner.indexOf(':') < 0 || inner.indexOf('%') >= 0) {
      return null;
    }
    @Nullable InetAddress address = literal(inner);
    if (address == null) {
      return null;
    }
    // A v4-mapped address is the IPv4 address, so it gets that spelling.
    boolean mapped = address.getAddress().length == 4;
    return mapped ? address.getHostAddress() : "[" + address.getHostAddress() + "]";
  }

  /** The address that a canonical host is; null if it is a name. */
  static @Nullable InetAddress literal(String host) {
    String inner = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    try {
      return InetAddress.ofLiteral(inner);
    } catch (IllegalArgumentException name) {
      return null;
    }
  }
}
