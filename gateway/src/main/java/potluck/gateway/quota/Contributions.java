package potluck.gateway.quota;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Standing;
import potluck.gateway.meter.ModelGroups;

/**
 * Credits users with quota for the accounts they share, and takes it back when sharing ends. An
 * account counts for the groups of models that it was seen to serve. It compares each account with
 * its last known state, so the same account may be reconciled twice, or after a crash. Thread-safe;
 * several nodes may run it.
 */
final class Contributions {
  private static final Logger LOG = LoggerFactory.getLogger(Contributions.class);

  private final Jdbi jdbi;
  private final Accounts accounts;
  private final ModelGroups groups;
  private final QuotaStore book;
  private final QuotaRules rules;
  private final ServedAccounts servedAccounts;

  Contributions(
      Jdbi jdbi,
      Accounts accounts,
      ModelGroups groups,
      QuotaStore book,
      QuotaRules rules,
      ServedAccounts servedAccounts) {
    this.servedAccounts = servedAccounts;
    this.jdbi = jdbi;
    this.accounts = accounts;
    this.groups = groups;
    this.book = book;
    this.rules = rules;
  }

  /** Reconciles all accounts, for changes while the program was stopped. */
  void reconcile() {
    accounts.all().forEach(account -> reconcile(account.id()));
  }

  /**
   * Reconciles one account. If the database is unavailable, the next reconciliation finds the same
   * change.
   */
  void reconcile(AccountId id) {
    try {
      if (jdbi.inTransaction(handle -> reconcile(handle, id))) {
        // Another account with the same credential may take the place of the one that left.
        findIdleShared().forEach(other -> jdbi.inTransaction(handle -> reconcile(handle, other)));
      }
    } catch (RuntimeException e) {
      LOG.warn("could not reconcile the contribution of account {}: {}", id, e.getMessage());
    }
  }

  /** Shared accounts that contribute nothing. */
  private List<AccountId> findIdleShared() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT cookie_id FROM accounts a WHERE is_shared AND enabled AND NOT EXISTS (
                      SELECT FROM contributions c WHERE c.cookie_id = a.cookie_id AND c.active)
                    """)
                .map((rs, _) -> new AccountId(rs.getString(1)))
                .list());
  }

  /**
   * The state of a contribution of one account to one group.
   *
   * @param taken what was taken back when sharing ended
   * @param given what sharing credited; null if it was not recorded then
   * @param owed what was used up and is not credited again
   */
  private record Contribution(
      String group, long user, boolean active, long taken, @Nullable Long given, long owed) {
    /** What is owed, also if it was not recorded then. */
    long owed(long fullGain) {
      return given == null && !active ? Math.max(0, fullGain - taken) : owed;
    }
  }

  /** Reconciles one account; true if it left a group. */
  private boolean reconcile(Handle handle, AccountId id) {
    // One reconciliation per account at a time on all nodes, with the current state: a slow one
    // must not undo a later one.
    handle.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "share " + id.hex());
    Optional<Account> account = accounts.find(handle, id);
    long owner = account.map(Account::owner).orElse(0L);
    Set<String> served = new TreeSet<>();
    account
        // An account that its provider refuses counts as disabled until its owner fixes it.
        .filter(a -> a.shared() && a.enabled() && !(a.standing() instanceof Standing.Revoked))
        .ifPresent(
            a -> {
              a.models().forEach(model -> served.add(groups.of(model)));
              a.modelMap().keySet().forEach(model -> served.add(groups.of(model)));
            });
    served.retainAll(servedAccounts.countingGroups(handle, id));
    long gain = account.map(a -> initialGain(handle, a)).orElse(0L);
    List<Contribution> known = known(handle, id);
    Set<String> joining = new TreeSet<>(served);
    known.stream().filter(Contribution::active).forEach(one -> joining.remove(one.group()));
    if (!joining.isEmpty()) {
      joining.removeAll(groupsOfSameCredential(handle, account.orElseThrow()));
    }
    boolean left = false;
    for (Contribution one : known) {
      if (one.active() && !served.contains(one.group())) {
        leave(handle, id, one);
        left = true;
      } else if (joining.remove(one.group())) {
        join(handle, id, one.user(), one.group(), gain, one.owed(fullGain()));
      }
    }
    for (String group : joining) {
      int inserted =
          handle.execute(
              "INSERT INTO contributions (cookie_id, model_group, user_id, active)"
                  + " VALUES (?, ?, ?, false) ON CONFLICT DO NOTHING",
              id.hex(),
              group,
              owner);
      if (inserted == 1) { // Otherwise another node was faster.
        join(handle, id, owner, group, gain, inheritDebt(handle, owner, group));
      }
    }
    return left;
  }

  private static List<Contribution> known(Handle handle, AccountId id) {
    return handle
        .createQuery(
            "SELECT model_group, user_id, active, taken, given, owed FROM contributions"
                + " WHERE cookie_id = :id FOR UPDATE")
        .bind("id", id.hex())
        .map(
            (rs, _) ->
                new Contribution(
                    rs.getString(1),
                    rs.getLong(2),
                    rs.getBoolean(3),
                    rs.getLong(4),
                    rs.getObject(5, Long.class),
                    rs.getLong(6)))
        .list();
  }

  /**
   * Groups to which another account with the same credential contributes already: the credential
   * counts once, however many people add it.
   */
  private Set<String> groupsOfSameCredential(Handle handle, Account account) {
    Set<AccountId> sameCredential = accounts.findSameCredential(handle, account);
    if (sameCredential.isEmpty()) {
      return Set.of();
    }
    // One reconciliation of equal credentials at a time, or two would not see each other.
    handle.execute("SELECT pg_advisory_xact_lock(hashtextextended('twins', 0))");
    return handle
        .createQuery(
            "SELECT model_group FROM contributions WHERE active AND cookie_id IN (<twins>)")
        .bindList("twins", sameCredential.stream().map(AccountId::hex).toList())
        .mapTo(String.class)
        .set();
  }

  /**
   * What sharing an account credits at once: twice its quota. An account whose quota at the
   * provider is spent credits nothing at once.
   */
  private long initialGain(Handle handle, Account account) {
    boolean empty =
        switch (account.standing()) {
          case Standing.Spent(Instant until, String _) ->
              until.isAfter(QuotaStore.databaseNow(handle));
          case Standing.Ready _, Standing.Resting _, Standing.Revoked _ -> false;
        };
    return empty ? 0 : fullGain();
  }

  /**
   * What a new account owes: the debt of a deleted account of the same owner. Adding an account
   * again under a new id refunds nothing, as disabling and enabling it does not.
   */
  private long inheritDebt(Handle handle, long owner, String group) {
    record Gone(String id, long owed) {}
    Optional<Gone> gone =
        handle
            .createQuery(
                """
                SELECT cookie_id, owed FROM (
                  SELECT cookie_id, CASE WHEN given IS NULL THEN :whole - taken ELSE owed END AS owed
                  FROM contributions c
                  WHERE user_id = :owner AND model_group = :group AND NOT active
                    AND NOT EXISTS (SELECT FROM accounts a WHERE a.cookie_id = c.cookie_id)
                  FOR UPDATE) gone
                WHERE owed > 0 ORDER BY owed DESC LIMIT 1
                """)
            .bind("owner", owner)
            .bind("group", group)
            .bind("whole", fullGain())
            .map((rs, _) -> new Gone(rs.getString(1), rs.getLong(2)))
            .findOne();
    gone.ifPresent(one -> set(handle, new AccountId(one.id()), group, false, fullGain(), 0, 0));
    return gone.map(Gone::owed).orElse(0L);
  }

  private long fullGain() {
    return 2 * rules.accountQuota();
  }

  private void join(Handle handle, AccountId id, long user, String group, long gain, long owed) {
    long given = credit(gain, fullGain(), owed);
    book.change(handle, user, group, given, fullGain(), rules.rate(), "shared " + id.hex());
    set(handle, id, group, true, 0, given, owed);
  }

  /**
   * Takes back what the account credited, as far as it is left: leaving never makes a balance
   * negative.
   */
  private void leave(Handle handle, AccountId id, Contribution known) {
    Quota.Posted current = book.accrue(handle, known.user(), known.group());
    long given = known.given() == null ? fullGain() : known.given();
    long taken = takeBack(given, current, fullGain());
    book.change(
        handle,
        known.user(),
        known.group(),
        -taken,
        -fullGain(),
        -rules.rate(),
        "left " + id.hex());
    long owed = known.owed(fullGain()) + Math.max(0, given - taken);
    set(handle, id, known.group(), false, taken, 0, owed);
  }

  /**
   * What sharing an account credits.
   *
   * @param gain what the account is worth now
   * @param owed what was used up of an earlier credit, which is not credited again
   */
  static long credit(long gain, long fullGain, long owed) {
    return Math.max(0, Math.min(gain, fullGain - owed));
  }

  /**
   * What is taken back when an account leaves: what it credited, or more if the balance is above
   * the ceiling that remains, because that part recovered by sharing too; but never more than the
   * balance.
   */
  static long takeBack(long given, Quota.Posted now, long fullGain) {
    long aboveCeiling = now.balance() - Math.max(0, now.ceiling() - fullGain);
    return Math.max(0, Math.min(Math.max(given, aboveCeiling), now.balance()));
  }

  private static void set(
      Handle handle,
      AccountId id,
      String group,
      boolean active,
      long taken,
      long given,
      long owed) {
    handle.execute(
        "UPDATE contributions SET active = ?, taken = ?, given = ?, owed = ?"
            + " WHERE cookie_id = ? AND model_group = ?",
        active,
        taken,
        given,
        owed,
        id.hex(),
        group);
  }
}
