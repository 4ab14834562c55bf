package potluck.gateway.grant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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
import potluck.gateway.background.Periodic;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.CredentialSource;
import potluck.gateway.provider.Grant;
import potluck.gateway.provider.NoCredential;
import potluck.gateway.provider.Provider;
import potluck.gateway.provider.Verdict.TryAnother;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;
import potluck.gateway.upstream.Upstream;

/**
 * Access tokens of accounts that use OAuth consent or a service account. A refresh token may work
 * only once, so one node at a time redeems it, under a PostgreSQL advisory lock that ends with the
 * node's connection; nodes that waited find the new token. A background thread renews tokens that
 * will expire soon. Thread-safe.
 */
public final class Grants implements CredentialSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Grants.class);

  /** A token is renewed this long before it expires. */
  static final Duration RENEW_BEFORE_EXPIRY = Duration.ofMinutes(5);

  private static final Duration MIN_REMAINING_LIFE = Duration.ofSeconds(10);
  private static final Duration RENEWAL_PERIOD = Duration.ofSeconds(20);
  private static final Duration FAILURE_REST = Duration.ofSeconds(30);
  private static final int MAX_CACHED = 100_000;

  private final Jdbi jdbi;
  private final Accounts accounts;
  private final Catalogue catalogue;
  private final ChangeFeed changes;
  private final TokenEndpoint endpoint;
  private final ServiceAccountTokens serviceAccounts;
  private final InstantSource clock;
  private final Cache<AccountId, CachedTokens> cachedTokens =
      Caffeine.newBuilder().maximumSize(MAX_CACHED).build();
  private final Map<AccountId, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Periodic renewals = new Periodic("grants", RENEWAL_PERIOD, this::renewExpiring);

  /** The tokens that were read from a credential, so that it is not parsed for each request. */
  private record CachedTokens(Secret credential, OAuthTokens tokens) {}

  public Grants(
      Jdbi jdbi,
      Accounts accounts,
      Catalogue catalogue,
      ChangeFeed changes,
      Upstream upstream,
      InstantSource clock) {
    this.jdbi = jdbi;
    this.accounts = accounts;
    this.catalogue = catalogue;
    this.changes = changes;
    this.endpoint = new TokenEndpoint(upstream);
    this.serviceAccounts = new ServiceAccountTokens(endpoint);
    this.clock = clock;
  }

  public void start() {
    if (!oauthProviders().isEmpty()) {
      renewals.start();
    }
  }

  @Override
  public Account current(Account account, Provider provider) throws NoCredential {
    Optional<Grant> grant = provider.grant();
    if (grant.isEmpty()) {
      return account;
    }
    OAuthTokens tokens = cachedTokens(account, grant.get());
    if (tokens != null && tokens.isValidAt(clock.instant().plus(MIN_REMAINING_LIFE))) {
      return account.withSecret(tokens.accessToken());
    }
    return renew(account, grant.get(), tokens);
  }

  @Override
  public Account renew(Account account, Provider provider) throws NoCredential {
    Optional<Grant> grant = provider.grant();
    return grant.isEmpty()
        ? account
        : renew(account, grant.get(), cachedTokens(account, grant.get()));
  }

  /** Null if there are no tokens yet. */
  private @Nullable OAuthTokens cachedTokens(Account account, Grant grant) {
    @Nullable CachedTokens cached = cachedTokens.getIfPresent(account.id());
    if (cached != null && cached.credential().equals(account.secret())) {
      return cached.tokens();
    }
    if (grant instanceof Grant.ServiceAccount) {
      return null;
    }
    OAuthTokens tokens = OAuthTokens.parse(account.secret());
    cache(account, tokens);
    return tokens;
  }

  private void cache(Account account, OAuthTokens tokens) {
    cachedTokens.put(account.id(), new CachedTokens(account.secret(), tokens));
  }

  /**
   * @param before the tokens that no longer work; if another thread has replaced them meanwhile,
   *     its tokens are returned
   */
  private Account renew(Account account, Grant grant, @Nullable OAuthTokens before)
      throws NoCredential {
    ReentrantLock lock = locks.computeIfAbsent(account.id(), _ -> new ReentrantLock());
    lock.lock();
    try {
      @Nullable CachedTokens cached = cachedTokens.getIfPresent(account.id());
      // A renewal changes the credential of an OAuth account, but never that of a service account.
      boolean sameGrant =
          cached != null
              && (grant instanceof Grant.OAuth || cached.credential().equals(account.secret()));
      if (cached != null
          && sameGrant
          && !cached.tokens().equals(before)
          && cached.tokens().isValidAt(clock.instant().plus(MIN_REMAINING_LIFE))) {
        return account.withSecret(cached.tokens().accessToken());
      }
      return account.withSecret(fetchTokens(account, grant, before).accessToken());
    } catch (GrantFailed e) {
      throw new NoCredential(verdict(e));
    } finally {
      lock.unlock();
    }
  }

  private OAuthTokens fetchTokens(Account account, Grant grant, @Nullable OAuthTokens before)
      throws GrantFailed {
    return switch (grant) {
      case Grant.ServiceAccount service -> {
        OAuthTokens tokens =
            serviceAccounts.request(account.secret(), service.scope(), clock.instant());
        cache(account, tokens);
        yield tokens;
      }
      case Grant.OAuth oauth -> redeem(account, oauth, before);
    };
  }

  private OAuthTokens redeem(Account account, Grant.OAuth oauth, @Nullable OAuthTokens before)
      throws GrantFailed {
    Account now;
    try {
      now =
          changes.<Account, GrantFailed>inTransaction(
              Topic.ACCOUNT,
              account.id().hex(),
              handle -> {
                handle.execute("SET LOCAL lock_timeout = '20s'");
                handle.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                    "grant " + account.id().hex());
                return redeemLocked(handle, account, oauth, before);
              });
    } catch (RuntimeException e) {
      throw new GrantFailed(false, "the database is unavailable");
    }
    OAuthTokens tokens = OAuthTokens.parse(now.secret());
    cache(now, tokens);
    return tokens;
  }

  private Account redeemLocked(
      Handle handle, Account account, Grant.OAuth oauth, @Nullable OAuthTokens before)
      throws GrantFailed {
    Account now = accounts.find(handle, account.id()).orElse(account);
    OAuthTokens current = OAuthTokens.parse(now.secret());
    // Another node renewed the token while this one waited for the lock.
    if (!current.equals(before) && current.isValidAt(clock.instant().plus(MIN_REMAINING_LIFE))) {
      return now;
    }
    if (current.refreshToken() == null) {
      throw new GrantFailed(true, "there is no refresh token");
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", current.refreshToken().reveal());
    form.put("client_id", oauth.clientId());
    if (!oauth.clientSecret().isEmpty()) {
      form.put("client_secret", oauth.clientSecret().reveal());
    }
    Secret credential =
        endpoint
            .requestTokens(oauth.token(), form, current.refreshToken(), clock.instant())
            .toSecret();
    accounts.replaceSecret(handle, account.id(), credential);
    return now.withSecret(credential);
  }

  private TryAnother verdict(GrantFailed e) {
    Failure failure =
        Failure.of(
            Failure.Kind.UPSTREAM,
            "The account that should serve this has no token: " + e.getMessage() + ".");
    Standing standing =
        e.needsConsent()
            ? new Revoked("needs consent again: " + e.getMessage())
            : new Resting(clock.instant().plus(FAILURE_REST), "no token: " + e.getMessage());
    return new TryAnother(failure, standing);
  }

  /** Redeems an authorization code or refresh token for the tokens of a new account. */
  OAuthTokens redeem(Grant.OAuth oauth, Map<String, String> form) throws GrantFailed {
    Map<String, String> all = new LinkedHashMap<>(form);
    all.put("client_id", oauth.clientId());
    if (!oauth.clientSecret().isEmpty()) {
      all.put("client_secret", oauth.clientSecret().reveal());
    }
    return endpoint.requestTokens(oauth.token(), all, null, clock.instant());
  }

  private List<String> oauthProviders() {
    return catalogue.all().stream()
        .filter(provider -> provider.grant().orElse(null) instanceof Grant.OAuth)
        .map(Provider::name)
        .toList();
  }

  private void renewExpiring() {
    try {
      accounts.findByProviders(oauthProviders()).forEach(this::renewIfExpiring);
    } catch (RuntimeException e) {
      LOG.debug("could not renew tokens, trying again: {}", e.getMessage());
    }
  }

  private void renewIfExpiring(Account account) {
    OAuthTokens tokens = OAuthTokens.parse(account.secret());
    Optional<Grant> grant = catalogue.find(account.provider()).flatMap(Provider::grant);
    if (grant.isEmpty()
        || tokens.refreshToken() == null
        || account.standing() instanceof Revoked
        || tokens.isValidAt(clock.instant().plus(RENEW_BEFORE_EXPIRY))) {
      return;
    }
    try {
      renew(account, grant.get(), tokens);
      LOG.info("renewed the token of account {}", account.id());
    } catch (NoCredential e) {
      LOG.warn("could not renew the token of account {}: {}", account.id(), e.getMessage());
      if (e.verdict() instanceof TryAnother another
          && another.standing() instanceof Revoked revoked) {
        accounts.saveStanding(account.id(), revoked);
      }
    }
  }

  @Override
  public void close() {
    renewals.close();
  }
}
