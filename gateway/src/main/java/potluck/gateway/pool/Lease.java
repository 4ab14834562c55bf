package potluck.gateway.pool;

import java.util.List;
import potluck.dialect.model.RateLimit;
import potluck.gateway.account.Account;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;

/**
 * The right to use one account for one attempt. Closing it returns the account to the pool. Used by
 * one thread.
 */
public final class Lease implements AutoCloseable {
  private final Pool pool;
  private final Slot slot;
  private final Account account;
  private final LeaseRequest request;
  private final String model;
  private final String reason;
  private final long takenAt;

  Lease(Pool pool, Slot slot, LeaseRequest request, String model, String reason, long takenAt) {
    this.pool = pool;
    this.slot = slot;
    this.account = slot.account();
    this.request = request;
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

  /** The public name of the model of the leg that it was leased for. */
  public String model() {
    return model;
  }

  /** Why this account was chosen, in numbers; contains no names, quotes or line breaks. */
  public String reason() {
    return reason;
  }

  LeaseRequest request() {
    return request;
  }

  /** When it was leased, in epoch milliseconds. */
  long takenAt() {
    return takenAt;
  }

  /**
   * Records that the answer has started.
   *
   * @param limits the remaining limits of the account, as the provider reports them
   */
  public void answerStarted(List<RateLimit> limits) {
    pool.answerStarted(this, slot, limits);
  }

  /** Reports the outcome to the pool, which updates the account's standing. */
  public void end(Verdict verdict) {
    pool.recordVerdict(this, slot, verdict);
  }

  @Override
  public void close() {
    pool.release(slot);
  }
}
