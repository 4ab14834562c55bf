package potluck.gateway.upstream;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Tells public IP addresses from others, and knows the metadata addresses that reveal a cloud
 * machine's credentials. It knows nothing about host names. Stateless.
 *
 * <p>Sources: the IANA special-purpose registries (RFC 6890 and its successors), and the metadata
 * addresses of AWS, Azure, Google, Oracle, Alibaba and Scaleway.
 */
final class AddressRules {
  private static final List<CidrBlock> NOT_PUBLIC =
      ranges(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.31.196.0/24",
          "192.52.193.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "192.175.48.0/24",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4",
          // Inside 2000::/3, but Teredo, ORCHID, documentation, 6to4 and the like.
          "2001::/23",
          "2001:db8::/32",
          "2002::/16",
          "3fff::/20");

  /**
   * The only IPv6 range that is assigned; ULA, NAT64, v4-mapped and other addresses are outside it.
   */
  private static final CidrBlock GLOBAL_UNICAST_V6 = CidrBlock.of("2000::/3");

  private static final List<CidrBlock> METADATA =
      ranges(
          "169.254.169.254/32", // AWS, Azure, Google and most others
          "169.254.170.2/32", // AWS container credentials
          "169.254.170.23/32", // AWS pod identity
          "168.63.129.16/32", // Azure's wire server, in a public range
          "192.0.0.192/32", // Oracle
          "100.100.100.200/32", // Alibaba
          "fd00:ec2::254/128",
          "fd00:ec2::23/128",
          "fd20:ce::254/128", // Google
          "fd00:42::42/128"); // Scaleway

  private AddressRules() {}

  private static List<CidrBlock> ranges(String... texts) {
    return Arrays.stream(texts).map(CidrBlock::of).toList();
  }

  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 16 && !GLOBAL_UNICAST_V6.contains(bytes)) {
      return false;
    }
    return NOT_PUBLIC.stream().noneMatch(range -> range.contains(bytes)) && !isMetadata(address);
  }

  /** Also detects an IPv4 address embedded in an IPv6 address. */
  static boolean isMetadata(InetAddress address) {
    byte[] bytes = address.getAddress();
    return isMetadata(bytes)
        || (bytes.length == 16
            && (isMetadata(Arrays.copyOfRange(bytes, 12, 16)) // mapped, compatible, NAT64, ISATAP
                || isMetadata(Arrays.copyOfRange(bytes, 2, 6)))); // 6to4
  }

  private static boolean isMetadata(byte[] bytes) {
    return METADATA.stream().anyMatch(range -> range.contains(bytes));
  }
}
