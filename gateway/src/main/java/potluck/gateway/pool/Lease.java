package potluck.gateway.pool;

import potluck.gateway.account.Account;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;

/**
 * The right to use one account for one attempt. It goes back when it is closed, whatever happened;
 * there is no other way to give it back. Used by one thread.
 */
public final class Lease implements AutoCloseable {
  private final Pool pool;
  private final Slot slot;
  private final Account account;
  private final String model;

  Lease(Pool pool, Slot slot, String model) {
    this.pool = pool;
    this.slot = slot;
    this.account = slot.account();
    this.model = model;
  }

  public Account account() {
    return account;
  }

  public Provider provider() {
    return slot.provider();
  }

  /** The public name of the model of the leg that it was lent for. */
  public String model() {
    return model;
  }

  /** Tells the pool what came of it: an account's standing changes here only. */
  public void end(Verdict verdict) {
    pool.learn(slot, verdict);
  }

  @Override
  public void close() {
    pool.giveBack(slot);
  }
}
