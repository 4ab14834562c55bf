package potluck.gateway.pool;

import java.util.List;
import potluck.dialect.model.RateLimit;
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
  private final LeaseRequest request;
  private final String model;
  private final String reason;
  private final long takenAt;

  Lease(Pool pool, Slot slot, LeaseRequest want, String model, String reason, long takenAt) {
    this.pool = pool;
    this.slot = slot;
    this.account = slot.account();
    this.request = want;
    this.model = model;
    this.reason = reason;
    this.takenAt = takenAt;
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

  /** Why this account was chosen, in figures: without names, quotes or line breaks. */
  public String reason() {
    return reason;
  }

  LeaseRequest request() {
    return request;
  }

  /** In epoch milliseconds. */
  long takenAt() {
    return takenAt;
  }

  /**
   * The answer begins.
   *
   * @param limits what the provider says is left of the account's own limits
   */
  public void answerStarted(List<RateLimit> limits) {
    pool.answerStarted(this, slot, limits);
  }

  /** Tells the pool what came of it: an account's standing changes here only. */
  public void end(Verdict verdict) {
    pool.recordVerdict(this, slot, verdict);
  }

  @Override
  public void close() {
    pool.release(slot);
  }
}
