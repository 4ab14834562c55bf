package potluck.server.http;

import org.jspecify.annotations.Nullable;
import potluck.gateway.key.CidrRanges;

/**
 * The real address of a client. Forwarded addresses count only from trusted proxies; of a chain,
 * the last address that is not a trusted proxy's counts, because everything before it may be
 * forged. Immutable.
 */
public final class ClientAddress {
  private final CidrRanges trusted;

  /**
   * @param trusted proxies whose X-Forwarded-For is used
   */
  public ClientAddress(CidrRanges trusted) {
    this.trusted = trusted;
  }

  /**
   * The client's address.
   *
   * @param peer the address of the connection
   * @param forwarded the complete header {@code x-forwarded-for}; null if absent
   */
  String of(String peer, @Nullable String forwarded) {
    if (forwarded == null || trusted.isEmpty() || !trusted.contains(peer)) {
      return peer;
    }
    String[] chain = forwarded.split(",", -1);
    for (int i = chain.length - 1; i >= 0; i--) {
      String address = chain[i].strip();
      if (!trusted.contains(address)) {
        return address.matches("[0-9A-Fa-f.:]{2,45}") ? address : peer;
      }
    }
    return peer;
  }
}
