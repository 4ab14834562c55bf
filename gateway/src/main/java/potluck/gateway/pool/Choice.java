package potluck.gateway.pool;

import java.util.Comparator;
import potluck.gateway.key.Caller;

/** Which of several accounts is used: tier by the caller's preference, then priority, then load. */
final class Choice {
  private Choice() {}

  /** The best account comes first. */
  static Comparator<Slot> order(Caller caller) {
    long user = caller.user().id();
    boolean sharedFirst = caller.user().preferShared();
    return Comparator.<Slot>comparingInt(slot -> tier(slot, user, sharedFirst))
        .thenComparingInt(slot -> -slot.account().priority())
        .thenComparingDouble(Slot::load);
  }

  private static int tier(Slot slot, long user, boolean sharedFirst) {
    boolean dedicated = slot.account().owner() == user && !slot.account().shared();
    return dedicated == sharedFirst ? 1 : 0;
  }
}
