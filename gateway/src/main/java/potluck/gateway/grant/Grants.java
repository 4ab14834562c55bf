package potluck.gateway.grant;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.model.Failure;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Standing;
import potluck.gateway.account.Standing.Resting;
import potluck.gateway.account.Standing.Revoked;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Credentials;
import potluck.gateway.provider.Grant;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict.TryAnother;
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;
import potluck.gateway.upstream.Upstream;

/**
 * Tokens of accounts that were granted rather than given. A refresh token may be good once only, so
 * it is redeemed by one node at a time, under a lock of the database that ends with the node; who
 * waited finds the new one. A thread renews what will expire soon. Safe for use by many threads.
 */
public final class Grants implements Credentials, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

  /** How long before its end a token is renewed. */
  static final Duration EARLY = Duration.ofMinutes(5);

  private static final Duration AT_ONCE = Duration.ofSeconds(10);
  private static final long LOOK_NANOS = Duration.ofSeconds(20).toNanos();
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final int MOST_KNOWN = 100_000;

  private final Jdbi jdbi;
  private final Accounts accounts;
  private final Catalogue catalogue;
  private final Changes changes;
  private final TokenEndpoint endpoint;
  private final ServiceAccounts serviceAccounts;
  private final InstantSource clock;
  private final Map<AccountId, Known> known = new ConcurrentHashMap<>();
  private final Map<AccountId, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Thread keeper = Thread.ofVirtual().name("grants").unstarted(this::keep);
  private volatile boolean closed;

  /** What a credential gave, so that it is not read at each request. */
  private record Known(Secret credential, Tokens tokens) {}

  public Grants(
      Jdbi jdbi,
      Accounts accounts,
      Catalogue catalogue,
      Changes changes,
      Upstream upstream,
      InstantSource clock) {
    this.jdbi = jdbi;
    this.accounts = accounts;
    this.catalogue = catalogue;
    this.changes = changes;
    this.endpoint = new TokenEndpoint(upstream);
    this.serviceAccounts = new ServiceAccounts(endpoint);
    this.clock = clock;
  }

  public void start() {
    keeper.start();
  }

  @Override
  public Account current(Account account, Provider provider) throws NoCredential {
    Optional<Grant> grant = provider.grant();
    if (grant.isEmpty()) {
      return account;
    }
    Tokens tokens = known(account, grant.get());
    if (tokens != null && tokens.goodAt(clock.instant().plus(AT_ONCE))) {
      return account.with(tokens.access());
    }
    return renew(account, grant.get(), tokens);
  }

  @Override
  public Account renewed(Account account, Provider provider) throws NoCredential {
    Optional<Grant> grant = provider.grant();
    return grant.isEmpty() ? account : renew(account, grant.get(), known(account, grant.get()));
  }

  /** Null where there is none yet. */
  private @Nullable Tokens known(Account account, Grant grant) {
    Known here = known.get(account.id());
    if (here != null && here.credential().equals(account.secret())) {
      return here.tokens();
    }
    if (grant instanceof Grant.ServiceAccount) {
      return null;
    }
    Tokens tokens = Tokens.of(account.secret());
    remember(account, tokens);
    return tokens;
  }

  private void remember(Account account, Tokens tokens) {
    if (known.size() > MOST_KNOWN) {
      known.clear();
    }
    known.put(account.id(), new Known(account.secret(), tokens));
  }

  /**
   * @param before what is not good any more; whoever waited for another's renewal takes that
   */
  private Account renew(Account account, Grant grant, @Nullable Tokens before) throws NoCredential {
    ReentrantLock lock = locks.computeIfAbsent(account.id(), _ -> new ReentrantLock());
    lock.lock();
    try {
      Known here = known.get(account.id());
      if (here != null
          && !here.tokens().equals(before)
          && here.tokens().goodAt(clock.instant().plus(AT_ONCE))) {
        return account.with(here.tokens().access());
      }
      return account.with(fresh(account, grant, before).access());
    } catch (GrantFailed e) {
      throw new NoCredential(verdict(e));
    } finally {
      lock.unlock();
    }
  }

  private Tokens fresh(Account account, Grant grant, @Nullable Tokens before) throws GrantFailed {
    return switch (grant) {
      case Grant.ServiceAccount service -> {
        Tokens tokens = serviceAccounts.ask(account.secret(), service.scope(), clock.instant());
        remember(account, tokens);
        yield tokens;
      }
      case Grant.OAuth oauth -> redeemed(account, oauth, before);
    };
  }

  private Tokens redeemed(Account account, Grant.OAuth oauth, @Nullable Tokens before)
      throws GrantFailed {
    Account now;
    try {
      now =
          jdbi.inTransaction(
              handle -> {
                handle.execute("SET LOCAL lock_timeout = '20s'");
                handle.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                    "grant " + account.id().hex());
                return redeem(handle, account, oauth, before);
              });
    } catch (Wrapped e) {
      throw e.failed;
    } catch (RuntimeException e) {
      throw new GrantFailed(false, "the database cannot be asked");
    }
    changes.announce(What.ACCOUNT, account.id().hex());
    Tokens tokens = Tokens.of(now.secret());
    remember(now, tokens);
    return tokens;
  }

  /** A checked exception on its way out of a transaction, which it rolls back. */
  private static final class Wrapped extends RuntimeException {
    private final transient GrantFailed failed;

    Wrapped(GrantFailed failed) {
      super(failed.getMessage(), null, false, false);
      this.failed = failed;
    }
  }

  private Account redeem(
      Handle handle, Account account, Grant.OAuth oauth, @Nullable Tokens before) {
    Account now = accounts.find(handle, account.id()).orElse(account);
    Tokens kept = Tokens.of(now.secret());
    // Another node has been here while this one waited.
    if (!kept.equals(before) && kept.goodAt(clock.instant().plus(AT_ONCE))) {
      return now;
    }
    if (kept.refresh() == null) {
      throw new Wrapped(new GrantFailed(true, "there is no refresh token"));
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", kept.refresh().reveal());
    form.put("client_id", oauth.clientId());
    if (!oauth.clientSecret().isEmpty()) {
      form.put("client_secret", oauth.clientSecret().reveal());
    }
    try {
      Secret credential =
          endpoint.ask(oauth.token(), form, kept.refresh(), clock.instant()).credential();
      accounts.renew(handle, account.id(), credential);
      return now.with(credential);
    } catch (GrantFailed e) {
      throw new Wrapped(e);
    }
  }

  private TryAnother verdict(GrantFailed e) {
    Failure failure =
        Failure.of(
            Failure.Kind.UPSTREAM,
            "The account that should serve this has no token: " + e.getMessage() + ".");
    Standing standing =
        e.over()
            ? new Revoked("needs consent again: " + e.getMessage())
            : new Resting(clock.instant().plus(PAUSE), "no token: " + e.getMessage());
    return new TryAnother(failure, standing);
  }

  /** Redeems a code for the tokens of a new account. */
  Tokens redeemed(Grant.OAuth oauth, Map<String, String> form) throws GrantFailed {
    Map<String, String> all = new LinkedHashMap<>(form);
    all.put("client_id", oauth.clientId());
    if (!oauth.clientSecret().isEmpty()) {
      all.put("client_secret", oauth.clientSecret().reveal());
    }
    return endpoint.ask(oauth.token(), all, null, clock.instant());
  }

  private void keep() {
    List<String> granted =
        catalogue.all().stream()
            .filter(provider -> provider.grant().orElse(null) instanceof Grant.OAuth)
            .map(Provider::name)
            .toList();
    while (!closed && !granted.isEmpty()) {
      try {
        accounts.at(granted).forEach(this::early);
      } catch (RuntimeException e) {
        LOG.debug("grants could not be looked after, trying again: {}", e.getMessage());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private void early(Account account) {
    Tokens tokens = Tokens.of(account.secret());
    Optional<Grant> grant = catalogue.find(account.provider()).flatMap(Provider::grant);
    if (grant.isEmpty()
        || tokens.refresh() == null
        || account.standing() instanceof Revoked
        || tokens.goodAt(clock.instant().plus(EARLY))) {
      return;
    }
    try {
      renew(account, grant.get(), tokens);
      LOG.info("the token of account {} was renewed", account.id());
    } catch (NoCredential e) {
      LOG.warn("the token of account {} was not renewed: {}", account.id(), e.getMessage());
      if (e.verdict() instanceof TryAnother another
          && another.standing() instanceof Revoked revoked) {
        accounts.remember(account.id(), revoked);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    keeper.interrupt();
  }
}
