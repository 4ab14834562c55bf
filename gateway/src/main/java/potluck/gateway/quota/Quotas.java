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
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.background.Periodic;
import potluck.gateway.meter.Tariff;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * All quotas and limits. A request holds its estimated use in memory, without a database. Its
 * actual use is posted together with its usage row, in one transaction. Thread-safe.
 */
public final class Quotas implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final Quota.Posted ZERO = new Quota.Posted(0, 0, 0, Instant.EPOCH, 0, 0);
  private static final long DEFAULT_ANSWER_TOKENS = 1024;
  private static final int BYTES_PER_TOKEN = 4;

  /** Recently changed balances are compared with their entries about once a minute. */
  private static final int ROUNDS_PER_CHECK = 60;

  /** With other nodes, budgets are compared with the posted rows every few seconds. */
  private static final int ROUNDS_PER_RECOUNT = 3;

  /** How often accounts are looked for that fail for too long. */
  private static final int ROUNDS_PER_SWEEP = 10;

  /** A change is stamped before its transaction commits and is visible only after that. */
  private static final Duration OVERLAP = Duration.ofSeconds(15);

  private final Jdbi jdbi;
  private final LimitStore limits;
  private final QuotaStore book;
  private final ServedAccounts servedAccounts;
  private final Contributions contributions;
  private final QuotaRules rules;
  private final Tariff tariff;
  private final InstantSource clock;
  private final Map<Long, UserAllowance> allowances = new ConcurrentHashMap<>();

  private final Queue<AccountId> changedAccounts = new ConcurrentLinkedQueue<>();
  private final Map<Long, UserAllowance> teams = new ConcurrentHashMap<>();
  private final PeerUsage peerUsage;
  private final Periodic updates = new Periodic("quotas", PERIOD, this::update);
  private int rounds;

  /** Guards {@link #readUpTo}. */
  private final ReentrantLock refreshing = new ReentrantLock();

  private Instant readUpTo = Instant.EPOCH;

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
    this.servedAccounts = new ServedAccounts(jdbi, tariff.groups());
    this.contributions =
        new Contributions(jdbi, accounts, tariff.groups(), book, rules, servedAccounts);
    this.peerUsage = new PeerUsage(allowances, teams, limits, clock);
    changes.listen(
        change -> {
          if (change.topic() == Topic.ACCOUNT) {
            changedAccounts.add(new AccountId(change.id()));
            updates.wake();
          } else if (change.topic() == Topic.LIMITS) {
            limitsChanged(LimitStore.LimitOwner.parse(change.id()));
          }
        });
  }

  /** Loads all balances and limits. The journals of earlier runs must have been posted before. */
  public void start() {
    limits.load();
    contributions.reconcile();
    refresh();
    for (LimitStore.LimitOwner owner : limits.all()) {
      limitsChanged(owner);
    }
    updates.start();
  }

  /**
   * Notes that an account has served a model, in a few hundred nanoseconds. If it is the first time
   * for this group of models, a shared account brings its owner quota a moment later.
   */
  public void accountServed(AccountId account, String model) {
    if (servedAccounts.note(account, model)) {
      updates.wake();
    }
  }

  /**
   * Records that a test of an account succeeded. If it is shared, its quota is credited before this
   * returns.
   *
   * @param models the models that it is known to serve
   */
  public void confirmAccount(AccountId account, Collection<String> models) {
    servedAccounts.confirm(account, models);
    contributions.reconcile(account);
    refresh();
  }

  /** The models of an account that it was not seen to serve; they bring no quota. */
  public Set<String> untriedModels(Account account) {
    return servedAccounts.untriedModels(account);
  }

  /** Which of these accounts were never seen to serve any of their models. */
  public Set<AccountId> untried(Collection<Account> accounts) {
    return servedAccounts.untried(accounts);
  }

  private void update() {
    try {
      if (++rounds % ROUNDS_PER_CHECK == 0) {
        book.findMismatches().forEach(wrong -> LOG.error("the ledger does not add up: {}", wrong));
      }
      if (rounds % ROUNDS_PER_RECOUNT == 0) {
        peerUsage.reconcileWithPosted();
      }
      if (rounds % ROUNDS_PER_SWEEP == 0) {
        servedAccounts.findFailing().forEach(contributions::reconcile);
      }
      for (@Nullable AccountId served = servedAccounts.writeNext();
          served != null;
          served = servedAccounts.writeNext()) {
        contributions.reconcile(served);
      }
      @Nullable AccountId changed = changedAccounts.poll();
      while (changed != null) {
        contributions.reconcile(changed);
        changed = changedAccounts.poll();
      }
      refresh();
    } catch (RuntimeException e) {
      LOG.debug("could not read quotas, trying again: {}", e.getMessage());
    }
  }

  private void refresh() {
    refreshing.lock();
    try {
      readChanged();
    } finally {
      refreshing.unlock();
    }
  }

  private void readChanged() {
    // By the database's clock, which may be set back; then changes stamped earlier are read too.
    Instant now = book.now();
    Instant from = readUpTo.isAfter(now) ? now : readUpTo;
    for (QuotaStore.Row row :
        book.findChangedSince(from.equals(Instant.EPOCH) ? from : from.minus(OVERLAP))) {
      quota(row.user(), row.group(), row.posted());
      allowance(row.user()).refresh(row.group(), row.posted());
    }
    readUpTo = now;
  }

  private void limitsChanged(LimitStore.LimitOwner owner) {
    limits.refresh(owner);
    if (owner.scope() == LimitStore.Scope.TEAM) {
      team(owner.id()).changeLimits(0, teamChecks(owner.id()));
    } else if (owner.scope() == LimitStore.Scope.USER) {
      allowance(owner.id()).changeLimits(0, checks(owner.id()));
    } else {
      allowances.forEach(
          (user, allowance) -> allowance.changeLimitsIfKnown(owner.id(), checks(user)));
    }
  }

  private Function<Long, LimitChecks> teamChecks(long team) {
    return _ ->
        limits.createChecks(
            new LimitStore.LimitOwner(LimitStore.Scope.TEAM, team), clock.instant());
  }

  private UserAllowance team(long id) {
    return teams.computeIfAbsent(id, _ -> new UserAllowance());
  }

  /** Creates the checks of a user (0) or of one of the user's keys. */
  private Function<Long, LimitChecks> checks(long user) {
    return id -> limits.createChecks(PeerUsage.owner(user, id), clock.instant());
  }

  /**
   * Holds the estimated use of a request.
   *
   * @param key the key's id; 0 if none was used
   * @param model the model as the caller named it
   * @param requestBytes size of the request
   * @param maxTokens the caller's limit on the answer, in tokens
   * @throws FailureException RATE_LIMITED or QUOTA_EXHAUSTED if a limit is reached
   */
  public Hold hold(long user, long key, String model, long requestBytes, OptionalLong maxTokens) {
    String group = tariff.groups().of(model);
    Estimate estimate = estimate(model, requestBytes, maxTokens);
    // The user's hold comes first, so that a request waiting for it does not occupy the team's
    // limit.
    Hold own = hold(user, key, model, group, estimate);
    limits.findTeam(user).ifPresent(team -> addTeamHold(own, team, estimate));
    peerUsage.recordRequest(user, key);
    return own;
  }

  private Hold hold(long user, long key, String model, String group, Estimate estimate) {
    return allowance(user)
        .hold(
            key,
            quota(user, group),
            estimate,
            checks(user),
            rules.maxWait(),
            clock,
            usage -> peerUsage.recordUsage(user, key, usage));
  }

  private void addTeamHold(Hold own, long team, Estimate estimate) {
    try {
      own.withTeamHold(
          team(team)
              .hold(
                  0,
                  new Quota("", false, ZERO),
                  estimate,
                  teamChecks(team),
                  rules.maxWait(),
                  clock,
                  usage -> peerUsage.recordUsage(-team, 0, usage)));
    } catch (RuntimeException e) {
      own.cancel();
      throw e;
    }
    peerUsage.recordRequest(-team, 0);
  }

  /** How much is used of the limits. */
  public LimitReport limitReport() {
    return new LimitReport(allowances, teams, limits, clock);
  }

  /** The usage that nodes report to each other. */
  public PeerUsage peerUsage() {
    return peerUsage;
  }

  /**
   * What a request can cost: its own size as input, and the answer that it allows as output, but no
   * more than {@link QuotaRules#maxHeldTokens}.
   */
  private Estimate estimate(String model, long requestBytes, OptionalLong maxTokens) {
    long answer = Math.min(maxTokens.orElse(DEFAULT_ANSWER_TOKENS), rules.maxHeldTokens());
    TokenUsage tokens = new TokenUsage(requestBytes / BYTES_PER_TOKEN, 0, 0, answer, 0);
    OptionalLong cost = tariff.cost(tokens, model, model, null, clock.instant());
    return new Estimate(tokens.total(), cost.orElse(0), tariff.charge(tokens, cost));
  }

  private UserAllowance allowance(long user) {
    return allowances.computeIfAbsent(user, _ -> new UserAllowance());
  }

  /** The quota of a user; with the base quota if the database has none yet. */
  private Quota quota(long user, String group) {
    return quota(
        user,
        group,
        new Quota.Posted(rules.base(), rules.base(), rules.baseRate(), clock.instant(), 0, 0));
  }

  private Quota quota(long user, String group, Quota.Posted posted) {
    return allowance(user).getOrCreateQuota(group, _ -> new Quota(group, rules.enforced(), posted));
  }

  /** Posts charges; call it in the transaction that posts their rows. */
  public List<Posting> post(Handle handle, List<QuotaCharge> charges) {
    List<Posting> postings = new ArrayList<>();
    for (QuotaCharge charge : charges) {
      postings.add(
          new Posting(charge, book.charge(handle, charge.user(), charge.group(), charge.micros())));
    }
    return postings;
  }

  /** The state of a quota after a charge was posted. */
  public record Posting(QuotaCharge charge, Quota.Posted now) {}

  /** Call this after the transaction of {@link #post} has committed. */
  public void applyPosted(List<Posting> postings) {
    for (Posting posting : postings) {
      QuotaCharge charge = posting.charge();
      allowance(charge.user()).applyPosted(charge.group(), posting.now(), charge.micros());
    }
  }

  /**
   * A user's quota, including recovery and charges that are not posted yet.
   *
   * @param left in millionths, with prepaid quota
   * @param granted what is left of prepaid quota
   * @param rate recovery per hour
   * @param recoveredAt the last whole hour that was credited
   */
  public record View(
      UUID poolId,
      String group,
      long left,
      long granted,
      long ceiling,
      long rate,
      Instant recoveredAt,
      Instant updatedAt) {}

  /** The operator's settings for quotas. */
  public QuotaRules rules() {
    return rules;
  }

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
              row.posted().granted(),
              row.posted().ceiling(),
              row.posted().rate(),
              row.posted().recoveredAt(),
              row.updatedAt()));
    }
    return views;
  }

  /**
   * Gives a user prepaid quota, which is used last.
   *
   * @param model a model or a group
   * @param micros in millionths, positive
   */
  public void grant(long user, String model, long micros, Instant expiresAt, String reason) {
    jdbi.useTransaction(handle -> grant(handle, user, model, micros, expiresAt, reason));
    refresh();
  }

  /** Gives prepaid quota inside the caller's transaction; nodes see it after the commit. */
  public void grant(
      Handle handle, long user, String model, long micros, Instant expiresAt, String reason) {
    book.grant(handle, user, tariff.groups().of(model), micros, expiresAt, reason);
  }

  /**
   * Offsets what imported usage rows took, because it was paid for elsewhere.
   *
   * @param charges charges of the rows that were written in this transaction
   */
  public void offsetImported(Handle handle, List<QuotaCharge> charges) {
    charges.forEach(
        charge -> book.offsetImported(handle, charge.user(), charge.group(), charge.micros()));
  }

  /**
   * All quotas of a user, including those that the user has not used yet.
   *
   * @param models the models that the user could use
   */
  public List<View> findByUser(long user, Collection<String> models) {
    List<View> views = new ArrayList<>(findByUser(user));
    Set<String> groups = new TreeSet<>();
    models.forEach(model -> groups.add(tariff.groups().of(model)));
    views.forEach(view -> groups.remove(view.group()));
    Instant now = clock.instant();
    for (String group : groups) {
      UUID id = UUID.nameUUIDFromBytes((user + "/" + group).getBytes(UTF_8));
      views.add(new View(id, group, rules.base(), 0, rules.base(), rules.baseRate(), now, now));
    }
    return views;
  }

  /** Number of open holds on this node. */
  public int holdsOpen() {
    return allowances.values().stream().mapToInt(UserAllowance::openHolds).sum();
  }

  @Override
  public void close() {
    updates.close();
  }
}
