package potluck.gateway.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a pool has its accounts from: those that people brought here, or one for each user at a
 * service elsewhere. Safe for use by many threads.
 */
public interface AccountSource {
  List<Account> all();

  Optional<Account> find(AccountId id);

  /**
   * Remembers how an account stands, so that a restart does not forget it and other nodes hear of
   * it.
   *
   * @return when, by the database's clock; empty where there is no such account
   */
  Optional<Instant> saveStanding(AccountId id, Standing standing);
}
