package potluck.gateway.key;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** A set of IPv4 and IPv6 networks in CIDR notation. Immutable. */
public final class CidrRanges {
  private final List<Prefix> prefixes;

  private record Prefix(byte[] address, int bits) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private CidrRanges(List<Prefix> prefixes) {
    this.prefixes = prefixes;
  }

  /**
   * @param texts such as {@code 10.0.0.0/8} or {@code ::1}; names are not resolved
   * @throws IllegalArgumentException if a text is not a network
   */
  public static CidrRanges of(List<String> texts) {
    List<Prefix> prefixes = new ArrayList<>();
    for (String text : texts) {
      String[] halves = text.strip().split("/", 2);
      byte[] address = parseAddress(halves[0]);
      int all = address.length * 8;
      int bits = halves.length == 1 ? all : number(halves[1], text);
      if (bits > all) {
        throw new IllegalArgumentException("'" + text + "' has too long a prefix");
      }
      prefixes.add(new Prefix(address, bits));
    }
    return new CidrRanges(prefixes);
  }

  private static int number(String text, String range) {
    if (!text.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("'" + range + "' is not a network");
    }
    return Integer.parseInt(text);
  }

  private static byte[] parseAddress(String text) {
    if (!text.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
      throw new IllegalArgumentException("'" + text + "' is not an IP address");
    }
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + text + "' is not an IP address");
    }
  }

  public boolean isEmpty() {
    return prefixes.isEmpty();
  }

  /**
   * Whether one of the networks contains this IP address; false if the text is not an IP address.
   */
  public boolean contains(String address) {
    byte[] bytes;
    try {
      bytes = parseAddress(address);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return prefixes.stream().anyMatch(prefix -> prefix.contains(bytes));
  }
}
