package potluck.gateway.identity;

/**
 * The network that an address is in: its first 24 bits (IPv4) or 48 (IPv6). A phone or a household
 * moves within one. It is compared only, so a text will do.
 */
final class Network {
  private Network() {}

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

  static boolean same(String one, String other) {
    return of(one).equals(of(other));
  }
}
