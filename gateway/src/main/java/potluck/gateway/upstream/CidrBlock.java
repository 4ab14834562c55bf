package potluck.gateway.upstream;

import java.net.InetAddress;

/**
 * A block of IP addresses of one family in CIDR notation, such as {@code 10.0.0.0/8}. Immutable.
 */
record CidrBlock(byte[] prefix, int bits) {
  /** Accepts IP addresses only and resolves no names. */
  static CidrBlock of(String text) {
    int slash = text.indexOf('/');
    try {
      byte[] prefix = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
      return new CidrBlock(prefix, Integer.parseInt(text.substring(slash + 1)));
    } catch (IllegalArgumentException notALiteral) {
      throw new IllegalArgumentException("not a CIDR block: " + text, notALiteral);
    }
  }

  boolean contains(byte[] address) {
    if (address.length != prefix.length) {
      return false;
    }
    int fullBytes = bits / 8;
    for (int i = 0; i < fullBytes; i++) {
      if (address[i] != prefix[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0
        || ((address[fullBytes] ^ prefix[fullBytes]) & (0xff << (8 - rest)) & 0xff) == 0;
  }
}
