package potluck.gateway.pool;

import potluck.gateway.account.Account;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;

/**
 * Asks an account's provider something harmless that is nobody's request: what comes of it is
 * evidence about the account. Implementations are safe for use by many threads; they may block.
 */
@FunctionalInterface
public interface Probe {
  Verdict probe(Account account, Provider provider);
}
