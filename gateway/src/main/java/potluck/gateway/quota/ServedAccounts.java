package potluck.gateway.quota;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.meter.ModelGroups;

/**
 * Which accounts were seen to serve which groups of models. Only those bring their owners quota, so
 * that nobody gains by adding accounts that do not exist. Thread-safe.
 */
final class ServedAccounts {
  /** An account that fails for longer, without serving once, counts for nothing. */
  static final Duration MAX_FAILING = Duration.ofHours(1);

  private static final Duration WRITE_INTERVAL = Duration.ofMinutes(10);
  private static final int MAX_REMEMBERED = 100_000;

  private record Served(AccountId account, String group) {}

  private final Jdbi jdbi;
  private final ModelGroups groups;

  /** What was written lately, so that a busy account costs one write in ten minutes. */
  private final Cache<Served, Boolean> written =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).expireAfterWrite(WRITE_INTERVAL).build();

  private final Queue<Served> unwritten = new ConcurrentLinkedQueue<>();

  ServedAccounts(Jdbi jdbi, ModelGroups groups) {
    this.jdbi = jdbi;
    this.groups = groups;
  }

  /**
   * Notes that an account has served a model. It is written by {@link #writeNext}.
   *
   * @return whether there is something to write
   */
  boolean note(AccountId account, String model) {
    Served served = new Served(account, groups.of(model));
    if (written.asMap().putIfAbsent(served, true) != null) {
      return false;
    }
    unwritten.add(served);
    return true;
  }

  /** Writes what was noted next; returns its account, or null if nothing is left. */
  @Nullable AccountId writeNext() {
    @Nullable Served next = unwritten.poll();
    if (next == null) {
      return null;
    }
    try {
      jdbi.useTransaction(handle -> write(handle, next.account(), Set.of(next.group())));
    } catch (RuntimeException e) {
      written.invalidate(next);
      throw e;
    }
    return next.account();
  }

  /** Records at once that an account serves these models, after a test of it succeeded. */
  void confirm(AccountId account, Collection<String> models) {
    Set<String> served = models.stream().map(groups::of).collect(Collectors.toSet());
    jdbi.useTransaction(handle -> write(handle, account, served));
  }

  private static void write(Handle handle, AccountId account, Set<String> served) {
    for (String group : new TreeSet<>(served)) {
      handle.execute(
          """
          INSERT INTO served_groups (cookie_id, model_group)
          SELECT cookie_id, ? FROM accounts WHERE cookie_id = ?
          ON CONFLICT (cookie_id, model_group) DO UPDATE SET served_at = now()
          """,
          group,
          account.hex());
    }
    handle.execute(
        "UPDATE accounts SET failing_since = NULL WHERE cookie_id = ? AND failing_since IS NOT NULL",
        account.hex());
  }

  /** The groups that count for quota: the account was seen to serve them, and does not fail. */
  Set<String> countingGroups(Handle handle, AccountId account) {
    return new HashSet<>(
        handle
            .createQuery(
                """
                SELECT s.model_group FROM served_groups s JOIN accounts a USING (cookie_id)
                WHERE cookie_id = :id
                  AND (a.failing_since IS NULL OR a.failing_since > now() - :most::interval)
                """)
            .bind("id", account.hex())
            .bind("most", MAX_FAILING.toSeconds() + " seconds")
            .mapTo(String.class)
            .list());
  }

  /** Accounts that contribute although they fail for too long. */
  List<AccountId> findFailing() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT cookie_id FROM accounts a
                    WHERE failing_since <= now() - :most::interval AND EXISTS (
                      SELECT FROM contributions c WHERE c.cookie_id = a.cookie_id AND c.active)
                    """)
                .bind("most", MAX_FAILING.toSeconds() + " seconds")
                .map((rs, _) -> new AccountId(rs.getString(1)))
                .list());
  }

  /** The models of an account whose groups it was not seen to serve. */
  Set<String> untriedModels(Account account) {
    Set<String> served =
        jdbi.withHandle(
            handle ->
                new HashSet<>(
                    handle
                        .createQuery("SELECT model_group FROM served_groups WHERE cookie_id = :id")
                        .bind("id", account.id().hex())
                        .mapTo(String.class)
                        .list()));
    Set<String> untried = new TreeSet<>(account.allModels());
    untried.removeIf(model -> served.contains(groups.of(model)));
    return untried;
  }

  /** Those that were never seen to serve any of their models. */
  Set<AccountId> untried(Collection<Account> accounts) {
    Set<AccountId> untried = accounts.stream().map(Account::id).collect(Collectors.toSet());
    if (!untried.isEmpty()) {
      jdbi.useHandle(
          handle ->
              handle
                  .createQuery(
                      "SELECT DISTINCT cookie_id FROM served_groups WHERE cookie_id = ANY(:ids)")
                  .bindArray("ids", String.class, untried.stream().map(AccountId::hex).toList())
                  .map((rs, _) -> new AccountId(rs.getString(1)))
                  .forEach(untried::remove));
    }
    return untried;
  }
}
