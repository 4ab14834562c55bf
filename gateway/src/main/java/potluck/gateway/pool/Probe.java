package potluck.gateway.pool;

import potluck.gateway.account.Account;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict;

/**
 * Sends a harmless request of our own to an account's provider; the outcome is evidence about the
 * account. Implementations are thread-safe and may block.
 */
@FunctionalInterface
public interface Probe {
  Verdict probe(Account account, Provider provider);
}
