package potluck.server.http;

import java.util.HashMap;
import java.util.Map;
import potluck.gateway.identity.ClientNetwork;
import potluck.gateway.key.CidrRanges;

/**
 * Counts connections, in total and per address; IPv6 addresses count by their /64. Trusted proxies
 * and this machine have no limit per address, because many clients are behind them. Thread-safe.
 */
final class ConnectionCounts {
  private final SocketBudget sockets;
  private final int max;
  private final int maxPerAddress;
  private final CidrRanges sharedAddresses;
  private final Map<String, Integer> countByAddress = new HashMap<>();
  private int total;
  private long refused;

  /**
   * @param many addresses without a limit per address
   */
  ConnectionCounts(SocketBudget sockets, int max, int maxPerAddress, CidrRanges many) {
    this.sockets = sockets;
    this.max = max;
    this.maxPerAddress = maxPerAddress;
    this.sharedAddresses = many;
  }

  /** Whether one more connection is admitted. */
  enum Admission {
    ADMITTED,
    FULL,
    TOO_MANY_FROM_ADDRESS
  }

  /** Counts one more if it is admitted; an admitted one must be {@link #release released}. */
  synchronized Admission tryAcquire(String address) {
    String key = addressKey(address);
    if (!key.isEmpty() && countByAddress.getOrDefault(key, 0) >= maxPerAddress) {
      return Admission.TOO_MANY_FROM_ADDRESS;
    }
    if (total >= max || !sockets.tryAcquire()) {
      return Admission.FULL;
    }
    total++;
    if (!key.isEmpty()) {
      countByAddress.merge(key, 1, Integer::sum);
    }
    return Admission.ADMITTED;
  }

  synchronized void release(String address) {
    total--;
    sockets.release();
    countByAddress.computeIfPresent(
        addressKey(address), (_, count) -> count == 1 ? null : count - 1);
  }

  /** Whether no more connection is possible. */
  synchronized boolean isFull() {
    return total >= max || !sockets.isAvailable();
  }

  /** Counts a refused connection. */
  synchronized void countRefused() {
    refused++;
  }

  /** Connections that are open now. */
  synchronized int size() {
    return total;
  }

  /** Connections that were refused since the start. */
  synchronized long refused() {
    return refused;
  }

  private String addressKey(String address) {
    return address.equals("127.0.0.1")
            || address.equals("0:0:0:0:0:0:0:1")
            || address.equals("::1")
            || sharedAddresses.contains(address)
        ? ""
        : ClientNetwork.rateLimitKey(address);
  }
}
