package potluck.gateway.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the pool gets its accounts: the accounts of this program, or one account per user at a
 * Plug-in service. Thread-safe.
 */
public interface AccountSource {
  List<Account> all();

  Optional<Account> find(AccountId id);

  /**
   * Saves the standing of an account, so that it survives a restart and reaches other nodes.
   *
   * @return when it was saved, by the database's clock; empty if the account does not exist
   */
  Optional<Instant> saveStanding(AccountId id, Standing standing);
}
