package potluck.server.http;

import java.util.HashMap;
import java.util.Map;
import potluck.gateway.identity.Network;
import potluck.gateway.key.Networks;

/**
 * How many connections there are, in all and from each address; an address of IPv6 stands for its
 * first 64 bits, which one subscriber has to itself. Proxies that are trusted and this machine
 * count in all only: behind them are many. Safe for use by many threads.
 */
final class Crowd {
  private final Sockets sockets;
  private final int most;
  private final int mostFromOne;
  private final Networks many;
  private final Map<String, Integer> each = new HashMap<>();
  private int all;
  private long refused;

  /**
   * @param many addresses behind which there are many callers
   */
  Crowd(Sockets sockets, int most, int mostFromOne, Networks many) {
    this.sockets = sockets;
    this.most = most;
    this.mostFromOne = mostFromOne;
    this.many = many;
  }

  /** Whether one more may come. */
  enum Answer {
    WELCOME,
    FULL,
    TOO_MANY_FROM_THERE
  }

  /** Counts one more where it may come; whoever was welcome must {@link #leave}. */
  synchronized Answer enter(String address) {
    String who = who(address);
    if (!who.isEmpty() && each.getOrDefault(who, 0) >= mostFromOne) {
      return Answer.TOO_MANY_FROM_THERE;
    }
    if (all >= most || !sockets.take()) {
      return Answer.FULL;
    }
    all++;
    if (!who.isEmpty()) {
      each.merge(who, 1, Integer::sum);
    }
    return Answer.WELCOME;
  }

  synchronized void leave(String address) {
    all--;
    sockets.give();
    each.computeIfPresent(who(address), (_, count) -> count == 1 ? null : count - 1);
  }

  /** Whether there is no place left. */
  synchronized boolean full() {
    return all >= most || !sockets.left();
  }

  /** Somebody was sent away. */
  synchronized void refuse() {
    refused++;
  }

  /** Connections that are counted now. */
  synchronized int size() {
    return all;
  }

  /** Connections that were refused so far. */
  synchronized long refused() {
    return refused;
  }

  private String who(String address) {
    return address.equals("127.0.0.1")
            || address.equals("0:0:0:0:0:0:0:1")
            || address.equals("::1")
            || many.hold(address)
        ? ""
        : Network.subscriber(address);
  }
}
