package potluck.gateway.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The network that an address is in: its first 24 bits (IPv4) or 48 (IPv6). A phone or a household
 * moves within one. It is compared only, so a text will do.
 */
public final class ClientNetwork {
  private ClientNetwork() {}

  /**
   * @param address a literal, never a name: nothing is looked up
   */
  static String of(String address) {
    int dot = address.lastIndexOf('.');
    if (dot > 0) {
      return address.substring(0, dot);
    }
    String[] groups = address.split(":", -1);
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < 3 && i < groups.length && !(i > 0 && groups[i].isEmpty()); i++) {
      network.append(groups[i]).append(':');
    }
    return network.toString();
  }

  /**
   * Who is at an address, as far as it tells: an address of IPv4, and of IPv6 the first 64 bits,
   * because a subscriber has all that begin so.
   *
   * @param address a literal; anything else stands for itself
   */
  public static String rateLimitKey(String address) {
    String literal =
        address.indexOf('%') < 0 ? address : address.substring(0, address.indexOf('%'));
    if (!literal.matches("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*")) {
      return address;
    }
    try {
      byte[] bytes = InetAddress.getByName(literal).getAddress();
      return bytes.length == 4
          ? InetAddress.getByAddress(bytes).getHostAddress()
          : HexFormat.of().formatHex(Arrays.copyOf(bytes, 8));
    } catch (UnknownHostException e) {
      return address;
    }
  }

  static boolean isSame(String one, String other) {
    return of(one).equals(of(other));
  }
}
