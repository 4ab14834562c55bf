package potluck.gateway.decision;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;

/**
 * Records what the pool considers for one request, over all its attempts. Recording one account
 * writes three numbers into an array; everything else happens when the usage row is posted. Used by
 * one thread.
 */
public final class DecisionRecorder {
  private static final int LONGS = PackedCandidate.LONGS;

  private AccountId[] accounts = new AccountId[0];
  private long[] states = new long[0];
  private int size;
  private int leftOut;
  private Decision kept = Decision.EMPTY;
  private long waitedNanos;

  /** Starts the record of one choice, in place of one that was not kept. */
  public void begin() {
    size = 0;
    leftOut = 0;
  }

  /** Counts an account that is not recorded. */
  public void leaveOut() {
    leftOut++;
  }

  /**
   * Records an account that cannot serve.
   *
   * @param untilMs when the obstacle ends, in epoch milliseconds; 0 if unknown
   */
  public void addUnusable(
      AccountId account,
      Obstacle obstacle,
      boolean preferred,
      int priority,
      int running,
      int maxConcurrency,
      long untilMs) {
    if (size == Decision.MAX_CANDIDATES) {
      leftOut++;
      return;
    }
    write(nextPlace(), account, obstacle, preferred, priority, 0, running, maxConcurrency, untilMs);
  }

  /**
   * Records an account that can serve. It takes the place of one that cannot if there is no other.
   *
   * @param step its score in steps, as it is compared
   */
  public void addUsable(
      AccountId account,
      boolean preferred,
      int priority,
      int step,
      int running,
      int maxConcurrency,
      double load,
      double window,
      double errors,
      double slowness,
      double warmth) {
    int place = size < Decision.MAX_CANDIDATES ? nextPlace() : lastUnusable();
    if (place < 0) {
      leftOut++;
      return;
    }
    write(place, account, null, preferred, priority, step, running, maxConcurrency, 0);
    PackedCandidate.writeTerms(states, place * LONGS, load, window, errors, slowness, warmth);
  }

  /**
   * Leaves out the last account if the chosen one is not recorded yet.
   *
   * @return whether the chosen account must be added again
   */
  public boolean replaceLastFor(AccountId chosen) {
    for (int i = 0; i < size; i++) {
      if (accounts[i].equals(chosen)) {
        return false;
      }
    }
    size--;
    return true;
  }

  private void write(
      int place,
      AccountId account,
      @Nullable Obstacle obstacle,
      boolean preferred,
      int priority,
      int step,
      int running,
      int maxConcurrency,
      long untilMs) {
    accounts[place] = account;
    PackedCandidate.write(
        states,
        place * LONGS,
        obstacle,
        preferred,
        priority,
        step,
        running,
        maxConcurrency,
        untilMs);
  }

  private int nextPlace() {
    ensureCapacity(size + 1);
    return size++;
  }

  private void ensureCapacity(int capacity) {
    if (accounts.length < capacity) {
      int grown = Math.min(Math.max(4, 2 * accounts.length), Decision.MAX_CANDIDATES);
      accounts = Arrays.copyOf(accounts, grown);
      states = Arrays.copyOf(states, grown * LONGS);
    }
  }

  private int lastUnusable() {
    leftOut++;
    for (int i = size - 1; i >= 0; i--) {
      if (!PackedCandidate.isUsable(states, i * LONGS)) {
        return i;
      }
    }
    leftOut--;
    return -1;
  }

  /** Adds time that the request waited for an account. */
  public void addWait(long nanos) {
    waitedNanos += nanos;
  }

  /**
   * Keeps the recorded choice. Accounts that were considered for an earlier attempt get their new
   * state, except those that were tried. Call it without the pool's lock.
   */
  public void keep() {
    if (size == 0 && leftOut == 0) {
      return;
    }
    kept =
        kept.equals(Decision.EMPTY)
            ? new Decision(accounts, states, size, leftOut, 0)
            : kept.updatedBy(accounts, states, size, leftOut);
    accounts = new AccountId[0];
    states = new long[0];
    size = 0;
    leftOut = 0;
  }

  /** What was kept so far. */
  public Decision decision() {
    return kept.withWait(waitedNanos / 1_000_000);
  }
}
