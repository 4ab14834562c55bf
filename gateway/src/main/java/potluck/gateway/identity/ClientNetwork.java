package potluck.gateway.identity;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Groups client addresses into networks. {@link #of} returns the first 24 bits (IPv4) or 48 bits
 * (IPv6), within which a phone or a household moves. The results are only compared. Stateless.
 */
public final class ClientNetwork {
  private ClientNetwork() {}

  /**
   * @param address an IP address; names are not resolved
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
   * Key for rate limits: the IPv4 address, or the IPv6 /64, because one subscriber usually has a
   * whole /64.
   *
   * @param address an IP address; any other text is returned unchanged
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
