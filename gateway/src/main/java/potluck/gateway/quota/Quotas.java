package potluck.gateway.quota;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.meter.Tariff;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * All quotas and limits. A request holds what it is expected to use, in memory and without a
 * database; what it used is posted with its row of usage, in one transaction. Safe for use by many
 * threads.
 */
public final class Quotas implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
  private static final Quota.Posted ZERO = new Quota.Posted(0, 0, 0, Instant.EPOCH, 0, 0);
  private static final int MAX_TYPICAL = 50_000;
  private static final long DEFAULT_ANSWER_TOKENS = 1024;
  private static final long MAX_ANSWER_TOKENS = 4096;

  /** Balances that changed lately are held against their entries every minute or so. */
  private static final int ROUNDS_PER_CHECK = 60;

  /** With other nodes about, budgets are held against the rows every few seconds. */
  private static final int ROUNDS_PER_RECOUNT = 3;

  /** A change is stamped before its transaction is over, and seen after that. */
  private static final Duration OVERLAP = Duration.ofSeconds(15);

  private final Jdbi jdbi;
  private final LimitStore limits;
  private final QuotaStore book;
  private final Contributions contributions;
  private final QuotaRules rules;
  private final Tariff tariff;
  private final InstantSource clock;
  private final Map<Long, UserAllowance> allowances = new ConcurrentHashMap<>();

  /** What a user's last request to a model took, in tokens: the next is likely to be like it. */
  private final Map<String, Long> lastTokens = new ConcurrentHashMap<>();

  private final BlockingQueue<AccountId> changedAccounts = new LinkedBlockingQueue<>();
  private final Map<Long, UserAllowance> teams = new ConcurrentHashMap<>();
  private final PeerUsage peerUsage;
  private final Thread thread;
  private Instant readUpTo = Instant.EPOCH;
  private volatile boolean closed;

  public Quotas(
      Jdbi jdbi,
      ChangeFeed changes,
      Accounts accounts,
      LimitStore limits,
      QuotaRules rules,
      Tariff tariff,
      InstantSource clock) {
    this.jdbi = jdbi;
    this.limits = limits;
    this.rules = rules;
    this.tariff = tariff;
    this.clock = clock;
    this.book = new QuotaStore(jdbi, rules);
    this.contributions = new Contributions(jdbi, accounts, tariff.groups(), book, rules);
    this.peerUsage = new PeerUsage(allowances, teams, limits, clock);
    this.thread = Thread.ofVirtual().name("quotas").unstarted(this::run);
    changes.listen(
        change -> {
          if (change.topic() == Topic.ACCOUNT) {
            changedAccounts.add(new AccountId(change.id()));
          } else if (change.topic() == Topic.LIMITS) {
            limitsChanged(LimitStore.LimitOwner.parse(change.id()));
          }
        });
  }

  /**
   * Remembers all balances and limits. What an earlier life of the program journaled must have been
   * posted before.
   */
  public void start() {
    limits.load();
    contributions.reconcile();
    refresh();
    for (LimitStore.LimitOwner whose : limits.all()) {
      limitsChanged(whose);
    }
    thread.start();
  }

  private void run() {
    int looks = 0;
    while (!closed) {
      try {
        if (++looks % ROUNDS_PER_CHECK == 0) {
          book.findMismatches()
              .forEach(wrong -> LOG.error("the ledger does not add up: {}", wrong));
        }
        if (looks % ROUNDS_PER_RECOUNT == 0) {
          peerUsage.reconcileWithPosted();
        }
        AccountId id = changedAccounts.poll(1, TimeUnit.SECONDS);
        if (id != null) {
          contributions.reconcile(id);
        }
        refresh();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.debug("quotas could not be read, trying again: {}", e.getMessage());
      }
    }
  }

  private void refresh() {
    // By the database's clock, which may be set back: what it stamps then is looked at, too.
    Instant now = book.now();
    Instant from = readUpTo.isAfter(now) ? now : readUpTo;
    for (QuotaStore.Row row :
        book.findChangedSince(from.equals(Instant.EPOCH) ? from : from.minus(OVERLAP))) {
      quota(row.user(), row.group(), row.posted());
      allowance(row.user()).refresh(row.group(), row.posted());
    }
    readUpTo = now;
  }

  private void limitsChanged(LimitStore.LimitOwner whose) {
    UsageLimits now = limits.refresh(whose);
    if (whose.scope() == LimitStore.Scope.TEAM) {
      team(whose.id()).changeLimits(0, now, teamChecks(whose.id()));
    } else if (whose.scope() == LimitStore.Scope.USER) {
      allowance(whose.id()).changeLimits(0, now, checks(whose.id()));
    } else {
      allowances.forEach((user, purse) -> purse.changeLimitsIfKnown(whose.id(), now, checks(user)));
    }
  }

  private Function<Long, List<AllowanceCheck>> teamChecks(long team) {
    return _ ->
        limits.createChecks(
            new LimitStore.LimitOwner(LimitStore.Scope.TEAM, team), clock.instant());
  }

  private UserAllowance team(long id) {
    return teams.computeIfAbsent(id, _ -> new UserAllowance());
  }

  /** Makes the bounds of a user (0) or of one of the user's keys. */
  private Function<Long, List<AllowanceCheck>> checks(long user) {
    return id -> limits.createChecks(PeerUsage.owner(user, id), clock.instant());
  }

  /**
   * Holds what a request is expected to use.
   *
   * @param key the key's id; 0 where none was used
   * @param model as the caller named it
   * @param askBytes the size of the request
   * @param maxTokens the caller's bound on the answer, in tokens
   * @throws potluck.dialect.model.FailureException (LIMITED or EXHAUSTED) where a limit is reached
   */
  public Hold hold(long user, long key, String model, long askBytes, OptionalLong maxTokens) {
    String group = tariff.groups().of(model);
    Estimate wish = estimate(user, model, askBytes, maxTokens);
    // The user's own first: nobody takes a place of the team's while waiting for one's own.
    Hold own = hold(user, key, model, group, wish);
    limits.findTeam(user).ifPresent(team -> addTeamHold(own, team, wish));
    peerUsage.recordRequest(user, key);
    return own;
  }

  private Hold hold(long user, long key, String model, String group, Estimate wish) {
    return allowance(user)
        .hold(
            key,
            quota(user, group),
            wish,
            checks(user),
            rules.maxWait(),
            clock,
            spent -> {
              recordTypical(user, model, spent);
              peerUsage.recordUsage(user, key, spent);
            });
  }

  private void addTeamHold(Hold own, long team, Estimate wish) {
    try {
      own.withTeamHold(
          team(team)
              .hold(
                  0,
                  new Quota("", false, ZERO),
                  wish,
                  teamChecks(team),
                  rules.maxWait(),
                  clock,
                  spent -> peerUsage.recordUsage(-team, 0, spent)));
    } catch (RuntimeException e) {
      own.cancel();
      throw e;
    }
    peerUsage.recordRequest(-team, 0);
  }

  /** What of limits other nodes are told, and tell. */
  public PeerUsage peerUsage() {
    return peerUsage;
  }

  private Estimate estimate(long user, String model, long askBytes, OptionalLong maxTokens) {
    @Nullable Long last = lastTokens.get(user + "/" + model);
    long answer = Math.min(maxTokens.orElse(DEFAULT_ANSWER_TOKENS), MAX_ANSWER_TOKENS);
    TokenUsage tokens =
        last != null
            ? new TokenUsage(last, 0, 0, 0, 0)
            : new TokenUsage(askBytes / 4, 0, 0, answer, 0);
    OptionalLong cost = tariff.cost(tokens, model, null, clock.instant());
    return new Estimate(tokens.total(), cost.orElse(0), tariff.charge(tokens, cost));
  }

  private void recordTypical(long user, String model, ActualUsage spent) {
    if (spent.tokens() > 0) {
      if (lastTokens.size() > MAX_TYPICAL) {
        lastTokens.clear();
      }
      lastTokens.put(user + "/" + model, spent.tokens());
    }
  }

  private UserAllowance allowance(long user) {
    return allowances.computeIfAbsent(user, _ -> new UserAllowance());
  }

  /** The quota of a user; everybody's usual one where the database has none yet. */
  private Quota quota(long user, String group) {
    return quota(
        user,
        group,
        new Quota.Posted(rules.base(), rules.base(), rules.baseRate(), clock.instant(), 0, 0));
  }

  private Quota quota(long user, String group, Quota.Posted posted) {
    return allowance(user).getOrCreateQuota(group, _ -> new Quota(group, rules.enforced(), posted));
  }

  /** Posts charges; to be called in the transaction that posts their rows. */
  public List<Posting> post(Handle handle, List<QuotaCharge> charges) {
    List<Posting> postings = new ArrayList<>();
    for (QuotaCharge charge : charges) {
      postings.add(
          new Posting(charge, book.charge(handle, charge.user(), charge.group(), charge.micros())));
    }
    return postings;
  }

  /** What came of a charge in the ledger. */
  public record Posting(QuotaCharge charge, Quota.Posted now) {}

  /** The transaction has been committed. */
  public void applyPosted(List<Posting> postings) {
    for (Posting posting : postings) {
      QuotaCharge charge = posting.charge();
      allowance(charge.user()).applyPosted(charge.group(), posting.now(), charge.micros());
    }
  }

  /**
   * What a user has, with what has grown back and what is not yet posted.
   *
   * @param left in millionths
   * @param rate what grows back in an hour
   */
  public record View(
      UUID poolId,
      String group,
      long left,
      long ceiling,
      long rate,
      Instant recoveredAt,
      Instant updatedAt) {}

  /** All quotas of a user, by group. */
  public List<View> findByUser(long user) {
    List<View> views = new ArrayList<>();
    for (QuotaStore.Row row : book.findByUser(user)) {
      quota(user, row.group(), row.posted());
      views.add(
          new View(
              row.poolId(),
              row.group(),
              allowance(user).remaining(row.group(), clock.instant()),
              row.posted().ceiling(),
              row.posted().rate(),
              row.posted().recoveredAt(),
              row.updatedAt()));
    }
    return views;
  }

  /**
   * Gives a user prepaid quota, which is spent last.
   *
   * @param model a model or a group
   * @param micros in millionths, positive
   */
  public void grant(long user, String model, long micros, Instant expiresAt, String why) {
    jdbi.useTransaction(handle -> grant(handle, user, model, micros, expiresAt, why));
    refresh();
  }

  /** The same within a transaction; nodes hear of it when that is over. */
  public void grant(
      Handle handle, long user, String model, long micros, Instant expiresAt, String why) {
    book.grant(handle, user, tariff.groups().of(model), micros, expiresAt, why);
  }

  /**
   * Gives back what rows of usage took that were made elsewhere: they were paid for there.
   *
   * @param charges of the rows that were written in this transaction
   */
  public void offsetImported(Handle handle, List<QuotaCharge> charges) {
    charges.forEach(
        charge -> book.offsetImported(handle, charge.user(), charge.group(), charge.micros()));
  }

  /**
   * All quotas of a user, with those that the user has not touched yet.
   *
   * @param models that the user could use
   */
  public List<View> findByUser(long user, Collection<String> models) {
    List<View> views = new ArrayList<>(findByUser(user));
    Set<String> groups = new TreeSet<>();
    models.forEach(model -> groups.add(tariff.groups().of(model)));
    views.forEach(view -> groups.remove(view.group()));
    Instant now = clock.instant();
    for (String group : groups) {
      UUID id = UUID.nameUUIDFromBytes((user + "/" + group).getBytes(UTF_8));
      views.add(new View(id, group, rules.base(), rules.base(), rules.baseRate(), now, now));
    }
    return views;
  }

  /** Reservations that are open, on this node. */
  public int holdsOpen() {
    return allowances.values().stream().mapToInt(UserAllowance::openHolds).sum();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
