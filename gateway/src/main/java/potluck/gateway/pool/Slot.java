package potluck.gateway.pool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.Standing;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Provider;

/** An account in the pool, with what changes about it. Guarded by the pool's lock. */
final class Slot {
  private final Provider provider;
  private Account account;
  private Standing standing;
  private int running;
  private long served;

  Slot(Account account, Provider provider) {
    this.account = account;
    this.provider = provider;
    this.standing = account.standing();
  }

  Account account() {
    return account;
  }

  Provider provider() {
    return provider;
  }

  Standing standing() {
    return standing;
  }

  int running() {
    return running;
  }

  /** Takes what the table says now, but for the standing, which is known better here. */
  void update(Account now) {
    account = now;
  }

  void stand(Standing now) {
    standing = now;
  }

  void take() {
    running++;
    served++;
  }

  void giveBack() {
    running--;
  }

  /** Whether this caller may be served by it at all: it is on, and it is shared or the caller's. */
  boolean opensFor(Caller caller) {
    boolean own = account.owner() == caller.user().id();
    return account.enabled()
        && (caller.onlyDedicated() ? own && !account.shared() : own || account.shared());
  }

  /**
   * @param dialect null where any will do
   */
  boolean speaks(@Nullable String dialect) {
    return dialect == null || provider.dialect().name().equals(dialect);
  }

  /** What is reserved for the owner is full for everybody else. */
  private boolean full(Caller caller) {
    int most = account.maxConcurrency();
    if (most == 0) {
      return false;
    }
    boolean own = account.owner() == caller.user().id();
    int reserved = own ? 0 : (int) Math.ceil(most * account.reserve());
    return running >= most - reserved;
  }

  boolean ready(Instant now, Caller caller) {
    return standing.usable(now) && !full(caller);
  }

  /** How much it has to do already, for its weight: the least loaded goes first. */
  double load() {
    return (running + served * 1e-9) / account.weight();
  }
}
