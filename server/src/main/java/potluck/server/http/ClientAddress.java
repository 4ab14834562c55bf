package potluck.server.http;

import org.jspecify.annotations.Nullable;
import potluck.gateway.key.CidrRanges;

/**
 * Where a request really comes from. What a proxy says counts only where the operator trusts that
 * proxy; of a chain the last address that is not a trusted proxy's is taken, because everything
 * before it may be made up. Immutable.
 */
public final class ClientAddress {
  private final CidrRanges trusted;

  /**
   * @param trusted proxies whose word counts
   */
  public ClientAddress(CidrRanges trusted) {
    this.trusted = trusted;
  }

  /**
   * @param peer the address of the connection
   * @param forwarded the header {@code x-forwarded-for}, whole; null where there is none
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
