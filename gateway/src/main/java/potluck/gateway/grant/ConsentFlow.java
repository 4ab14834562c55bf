package potluck.gateway.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.crypto.RandomToken;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Grant;
import potluck.gateway.provider.Provider;

/**
 * OAuth consent at a provider, with the operator's own client and PKCE: sends the user's browser to
 * the provider, and creates an account from the tokens. A state works once, for five minutes, and
 * only for the user who started it. Thread-safe; the state is in the database, so any node may
 * finish.
 */
public final class ConsentFlow {
  /** How long a consent may take. AntiHub's API reports it as {@code expires_in: 300}. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  private final Jdbi jdbi;
  private final Catalogue catalogue;
  private final Accounts accounts;
  private final Grants grants;
  private final String redirect;
  private final InstantSource clock;

  /**
   * @param redirect the address that providers redirect the browser to
   */
  public ConsentFlow(
      Jdbi jdbi,
      Catalogue catalogue,
      Accounts accounts,
      Grants grants,
      String redirect,
      InstantSource clock) {
    this.jdbi = jdbi;
    this.catalogue = catalogue;
    this.accounts = accounts;
    this.grants = grants;
    this.redirect = redirect;
    this.clock = clock;
  }

  /** What a user wants to add; the account is created when consent is given. */
  public record ConsentRequest(long user, String provider, String name, boolean shared) {}

  /** The address to send the browser to, and the state in it. */
  public record ConsentStart(String url, String state) {}

  /** Names of the providers that ask for consent. */
  public List<String> providers() {
    return catalogue.all().stream()
        .filter(provider -> provider.grant().orElse(null) instanceof Grant.OAuth)
        .map(Provider::name)
        .toList();
  }

  /** Starts a consent; empty if the provider does not use OAuth consent. */
  public Optional<ConsentStart> start(ConsentRequest request) {
    Optional<Grant.OAuth> oauth = oauth(request.provider());
    if (oauth.isEmpty()) {
      return Optional.empty();
    }
    String state = RandomToken.create();
    String verifier = RandomToken.create();
    jdbi.useTransaction(
        handle -> {
          handle.execute("DELETE FROM consents WHERE expires_at < now()");
          handle.execute(
              """
              INSERT INTO consents (state, user_id, provider, name, is_shared, verifier, expires_at)
              VALUES (?, ?, ?, ?, ?, ?, ?)
              """,
              Sha256.of(state),
              request.user(),
              request.provider(),
              request.name(),
              request.shared(),
              verifier,
              clock.instant().plus(LIFETIME));
        });
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", oauth.get().clientId());
    query.put("redirect_uri", redirect);
    if (!oauth.get().scopes().isEmpty()) {
      query.put("scope", String.join(" ", oauth.get().scopes()));
    }
    query.put("state", state);
    query.put("code_challenge", RandomToken.pkceChallenge(verifier));
    query.put("code_challenge_method", "S256");
    StringJoiner form = new StringJoiner("&");
    query.forEach((name, value) -> form.add(name + "=" + URLEncoder.encode(value, UTF_8)));
    String separator = oauth.get().authorize().contains("?") ? "&" : "?";
    return Optional.of(new ConsentStart(oauth.get().authorize() + separator + form, state));
  }

  private record PendingConsent(ConsentRequest request, String verifier) {}

  /**
   * Creates the account of a consent that was started.
   *
   * @param user must have started the consent; 0 accepts any user, for a browser that the provider
   *     redirected here
   * @return empty if this user did not start it, or started it longer than {@link #LIFETIME} ago
   * @throws GrantFailed if the provider issues no tokens
   */
  public Optional<Account> finish(String code, String state, long user) throws GrantFailed {
    Optional<PendingConsent> pending =
        jdbi.inTransaction(
            handle ->
                handle
                    .createQuery(
                        """
                        DELETE FROM consents WHERE state = :state AND expires_at > :now
                          AND (:user = 0 OR user_id = :user)
                        RETURNING user_id, provider, name, is_shared, verifier
                        """)
                    .bind("state", Sha256.of(state))
                    .bind("now", clock.instant())
                    .bind("user", user)
                    .map(
                        (rs, _) ->
                            new PendingConsent(
                                new ConsentRequest(
                                    rs.getLong(1),
                                    rs.getString(2),
                                    rs.getString(3),
                                    rs.getBoolean(4)),
                                rs.getString(5)))
                    .findOne());
    if (pending.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirect);
    form.put("code_verifier", pending.get().verifier());
    return Optional.of(createAccount(pending.get().request(), form));
  }

  /**
   * Creates an account from a refresh token that the user already has.
   *
   * @return empty if the provider does not use OAuth consent
   */
  public Optional<Account> createFromRefreshToken(ConsentRequest request, String refreshToken)
      throws GrantFailed {
    return oauth(request.provider()).isEmpty()
        ? Optional.empty()
        : Optional.of(
            createAccount(
                request, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken)));
  }

  private Account createAccount(ConsentRequest request, Map<String, String> form)
      throws GrantFailed {
    Provider provider = catalogue.find(request.provider()).orElseThrow();
    OAuthTokens tokens = grants.redeem(oauth(request.provider()).orElseThrow(), form);
    if (tokens.refreshToken() == null && form.containsKey("refresh_token")) {
      tokens =
          new OAuthTokens(
              tokens.accessToken(),
              new Secret(String.valueOf(form.get("refresh_token"))),
              tokens.expiresAt());
    }
    return accounts.add(
        new Accounts.Draft(
            request.user(),
            provider.name(),
            request.name(),
            provider.baseUrl(),
            tokens.toSecret(),
            provider.models(),
            Map.of(),
            request.shared(),
            0,
            1,
            0,
            0));
  }

  private Optional<Grant.OAuth> oauth(String provider) {
    return catalogue
        .find(provider)
        .flatMap(Provider::grant)
        .filter(Grant.OAuth.class::isInstance)
        .map(Grant.OAuth.class::cast);
  }
}
