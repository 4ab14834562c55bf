package potluck.server.http;

import java.util.HashMap;
import java.util.Map;
import potluck.gateway.identity.ClientNetwork;
import potluck.gateway.key.CidrRanges;

/**
 * How many connections there are, in all and from each address; an address of IPv6 stands for its
 * first 64 bits, which one subscriber has to itself. Proxies that are trusted and this machine
 * count in all only: behind them are many. Safe for use by many threads.
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
   * @param many addresses behind which there are many callers
   */
  ConnectionCounts(SocketBudget sockets, int most, int mostFromOne, CidrRanges many) {
    this.sockets = sockets;
    this.max = most;
    this.maxPerAddress = mostFromOne;
    this.sharedAddresses = many;
  }

  /** Whether one more may come. */
  enum Admission {
    ADMITTED,
    FULL,
    TOO_MANY_FROM_ADDRESS
  }

  /** Counts one more where it may come; whoever was welcome must {@link #release}. */
  synchronized Admission tryAcquire(String address) {
    String who = addressKey(address);
    if (!who.isEmpty() && countByAddress.getOrDefault(who, 0) >= maxPerAddress) {
      return Admission.TOO_MANY_FROM_ADDRESS;
    }
    if (total >= max || !sockets.tryAcquire()) {
      return Admission.FULL;
    }
    total++;
    if (!who.isEmpty()) {
      countByAddress.merge(who, 1, Integer::sum);
    }
    return Admission.ADMITTED;
  }

  synchronized void release(String address) {
    total--;
    sockets.release();
    countByAddress.computeIfPresent(
        addressKey(address), (_, count) -> count == 1 ? null : count - 1);
  }

  /** Whether there is no place left. */
  synchronized boolean isFull() {
    return total >= max || !sockets.isAvailable();
  }

  /** Somebody was sent away. */
  synchronized void countRefused() {
    refused++;
  }

  /** Connections that are counted now. */
  synchronized int size() {
    return total;
  }

  /** Connections that were refused so far. */
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
