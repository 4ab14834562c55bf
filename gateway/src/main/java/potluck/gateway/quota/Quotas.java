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
import potluck.dialect.model.Tokens;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.meter.Tariff;
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;

/**
 * All quotas and limits. A request holds what it is expected to use, in memory and without a
 * database; what it used is posted with its row of usage, in one transaction. Safe for use by many
 * threads.
 */
public final class Quotas implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
  private static final Quota.Posted NOTHING = new Quota.Posted(0, 0, 0, Instant.EPOCH, 0, 0);
  private static final int MOST_TYPICAL = 50_000;
  private static final long USUAL_ANSWER = 1024;
  private static final long LONG_ANSWER = 4096;

  /** Balances that changed lately are held against their entries every minute or so. */
  private static final int LOOKS_BETWEEN_CHECKS = 60;

  /** With other nodes about, budgets are held against the rows every few seconds. */
  private static final int LOOKS_BETWEEN_RECOUNTS = 3;

  /** A change is stamped before its transaction is over, and seen after that. */
  private static final Duration OVERLAP = Duration.ofSeconds(15);

  private final Jdbi jdbi;
  private final LimitBook limits;
  private final QuotaBook book;
  private final Contributions contributions;
  private final QuotaRules rules;
  private final Tariff tariff;
  private final InstantSource clock;
  private final Map<Long, Purse> purses = new ConcurrentHashMap<>();

  /** What a user's last request to a model took, in tokens: the next is likely to be like it. */
  private final Map<String, Long> typical = new ConcurrentHashMap<>();

  private final BlockingQueue<AccountId> changed = new LinkedBlockingQueue<>();
  private final Map<Long, Purse> teams = new ConcurrentHashMap<>();
  private final Told told;
  private final Thread thread;
  private Instant seen = Instant.EPOCH;
  private volatile boolean closed;

  public Quotas(
      Jdbi jdbi,
      Changes changes,
      Accounts accounts,
      LimitBook limits,
      QuotaRules rules,
      Tariff tariff,
      InstantSource clock) {
    this.jdbi = jdbi;
    this.limits = limits;
    this.rules = rules;
    this.tariff = tariff;
    this.clock = clock;
    this.book = new QuotaBook(jdbi, rules);
    this.contributions = new Contributions(jdbi, accounts, tariff.groups(), book, rules);
    this.told = new Told(purses, teams, limits, clock);
    this.thread = Thread.ofVirtual().name("quotas").unstarted(this::run);
    changes.listen(
        change -> {
          if (change.what() == What.ACCOUNT) {
            changed.add(new AccountId(change.name()));
          } else if (change.what() == What.LIMITS) {
            limitsChanged(LimitBook.Whose.parse(change.name()));
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
    for (LimitBook.Whose whose : limits.all()) {
      limitsChanged(whose);
    }
    thread.start();
  }

  private void run() {
    int looks = 0;
    while (!closed) {
      try {
        if (++looks % LOOKS_BETWEEN_CHECKS == 0) {
          book.doubtful().forEach(wrong -> LOG.error("the ledger does not add up: {}", wrong));
        }
        if (looks % LOOKS_BETWEEN_RECOUNTS == 0) {
          told.recount();
        }
        AccountId id = changed.poll(1, TimeUnit.SECONDS);
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
    Instant from = seen.isAfter(now) ? now : seen;
    for (QuotaBook.Row row : book.since(from.equals(Instant.EPOCH) ? from : from.minus(OVERLAP))) {
      quota(row.user(), row.group(), row.posted());
      purse(row.user()).refresh(row.group(), row.posted());
    }
    seen = now;
  }

  private void limitsChanged(LimitBook.Whose whose) {
    Limits now = limits.refresh(whose);
    if (whose.scope() == LimitBook.Scope.TEAM) {
      team(whose.id()).change(0, now, teamBounds(whose.id()));
    } else if (whose.scope() == LimitBook.Scope.USER) {
      purse(whose.id()).change(0, now, bounds(whose.id()));
    } else {
      purses.forEach((user, purse) -> purse.changeKnown(whose.id(), now, bounds(user)));
    }
  }

  private Function<Long, List<Bound>> teamBounds(long team) {
    return _ -> limits.bounds(new LimitBook.Whose(LimitBook.Scope.TEAM, team), clock.instant());
  }

  private Purse team(long id) {
    return teams.computeIfAbsent(id, _ -> new Purse());
  }

  /** Makes the bounds of a user (0) or of one of the user's keys. */
  private Function<Long, List<Bound>> bounds(long user) {
    return id -> limits.bounds(Told.whose(user, id), clock.instant());
  }

  /**
   * Holds what a request is expected to use.
   *
   * @param key the key's id; 0 where none was used
   * @param model as the caller named it
   * @param askBytes the size of the request
   * @param maxTokens the caller's bound on the answer, in tokens
   * @throws potluck.dialect.model.Refused (LIMITED or EXHAUSTED) where a limit is reached
   */
  public Hold hold(long user, long key, String model, long askBytes, OptionalLong maxTokens) {
    String group = tariff.groups().of(model);
    Wish wish = guess(user, model, askBytes, maxTokens);
    // The user's own first: nobody takes a place of the team's while waiting for one's own.
    Hold own = hold(user, key, model, group, wish);
    limits.team(user).ifPresent(team -> beside(own, team, wish));
    told.asked(user, key);
    return own;
  }

  private Hold hold(long user, long key, String model, String group, Wish wish) {
    return purse(user)
        .hold(
            key,
            quota(user, group),
            wish,
            bounds(user),
            rules.patience(),
            clock,
            spent -> {
              learn(user, model, spent);
              told.spent(user, key, spent);
            });
  }

  private void beside(Hold own, long team, Wish wish) {
    try {
      own.beside(
          team(team)
              .hold(
                  0,
                  new Quota("", false, NOTHING),
                  wish,
                  teamBounds(team),
                  rules.patience(),
                  clock,
                  spent -> told.spent(-team, 0, spent)));
    } catch (RuntimeException e) {
      own.cancel();
      throw e;
    }
    told.asked(-team, 0);
  }

  /** What of limits other nodes are told, and tell. */
  public Told told() {
    return told;
  }

  private Wish guess(long user, String model, long askBytes, OptionalLong maxTokens) {
    @Nullable Long last = typical.get(user + "/" + model);
    long answer = Math.min(maxTokens.orElse(USUAL_ANSWER), LONG_ANSWER);
    Tokens tokens =
        last != null ? new Tokens(last, 0, 0, 0, 0) : new Tokens(askBytes / 4, 0, 0, answer, 0);
    OptionalLong cost = tariff.cost(tokens, model, null, clock.instant());
    return new Wish(tokens.total(), cost.orElse(0), tariff.charge(tokens, cost));
  }

  private void learn(long user, String model, Spent spent) {
    if (spent.tokens() > 0) {
      if (typical.size() > MOST_TYPICAL) {
        typical.clear();
      }
      typical.put(user + "/" + model, spent.tokens());
    }
  }

  private Purse purse(long user) {
    return purses.computeIfAbsent(user, _ -> new Purse());
  }

  /** The quota of a user; everybody's usual one where the database has none yet. */
  private Quota quota(long user, String group) {
    return quota(
        user,
        group,
        new Quota.Posted(rules.base(), rules.base(), rules.baseRate(), clock.instant(), 0, 0));
  }

  private Quota quota(long user, String group, Quota.Posted posted) {
    return purse(user).quota(group, _ -> new Quota(group, rules.enforced(), posted));
  }

  /** Posts charges; to be called in the transaction that posts their rows. */
  public List<Posting> post(Handle handle, List<Charged> charges) {
    List<Posting> postings = new ArrayList<>();
    for (Charged charge : charges) {
      postings.add(
          new Posting(charge, book.charge(handle, charge.user(), charge.group(), charge.micros())));
    }
    return postings;
  }

  /** What came of a charge in the ledger. */
  public record Posting(Charged charge, Quota.Posted now) {}

  /** The transaction has been committed. */
  public void posted(List<Posting> postings) {
    for (Posting posting : postings) {
      Charged charge = posting.charge();
      purse(charge.user()).post(charge.group(), posting.now(), charge.micros());
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
  public List<View> of(long user) {
    List<View> views = new ArrayList<>();
    for (QuotaBook.Row row : book.of(user)) {
      quota(user, row.group(), row.posted());
      views.add(
          new View(
              row.poolId(),
              row.group(),
              purse(user).left(row.group(), clock.instant()),
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
  public void settled(Handle handle, List<Charged> charges) {
    charges.forEach(charge -> book.settled(handle, charge.user(), charge.group(), charge.micros()));
  }

  /**
   * All quotas of a user, with those that the user has not touched yet.
   *
   * @param models that the user could use
   */
  public List<View> of(long user, Collection<String> models) {
    List<View> views = new ArrayList<>(of(user));
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
    return purses.values().stream().mapToInt(Purse::holds).sum();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
