package potluck.gateway.grant;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Account;
import potluck.gateway.account.Accounts;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Grant;
import potluck.gateway.provider.Provider;

/**
 * Asks people for their consent at a provider, with a client of the operator's own and PKCE, and
 * makes an account of it. A state is good once, for five minutes, for the user who began. Safe for
 * use by many threads and nodes.
 */
public final class ConsentFlow {
  /** Source: the contract, 4.6: {@code expires_in: 300}. */
  public static final Duration LIFETIME = Duration.ofMinutes(5);

  private final Jdbi jdbi;
  private final Catalogue catalogue;
  private final Accounts accounts;
  private final Grants grants;
  private final String redirect;
  private final InstantSource clock;

  /**
   * @param redirect where providers send people back to
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

  /** What a user has asked for, to be made when consent is given. */
  public record ConsentRequest(long user, String provider, String name, boolean shared) {}

  /** Where the browser is to be sent. */
  public record ConsentStart(String url, String state) {}

  /** The providers that ask for consent. */
  public java.util.List<String> providers() {
    return catalogue.all().stream()
        .filter(provider -> provider.grant().orElse(null) instanceof Grant.OAuth)
        .map(Provider::name)
        .toList();
  }

  /** Empty where the provider asks for no consent. */
  public Optional<ConsentStart> start(ConsentRequest wish) {
    Optional<Grant.OAuth> oauth = oauth(wish.provider());
    if (oauth.isEmpty()) {
      return Optional.empty();
    }
    String state = Sha256.randomToken();
    String verifier = Sha256.randomToken();
    jdbi.useTransaction(
        handle -> {
          handle.execute("DELETE FROM consents WHERE expires_at < now()");
          handle.execute(
              """
              INSERT INTO consents (state, user_id, provider, name, is_shared, verifier, expires_at)
              VALUES (?, ?, ?, ?, ?, ?, ?)
              """,
              Sha256.of(state),
              wish.user(),
              wish.provider(),
              wish.name(),
              wish.shared(),
              verifier,
              Timestamp.from(clock.instant().plus(LIFETIME)));
        });
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", oauth.get().clientId());
    query.put("redirect_uri", redirect);
    if (!oauth.get().scopes().isEmpty()) {
      query.put("scope", String.join(" ", oauth.get().scopes()));
    }
    query.put("state", state);
    query.put("code_challenge", Sha256.pkceChallenge(verifier));
    query.put("code_challenge_method", "S256");
    StringJoiner form = new StringJoiner("&");
    query.forEach((name, value) -> form.add(name + "=" + URLEncoder.encode(value, UTF_8)));
    String joint = oauth.get().authorize().contains("?") ? "&" : "?";
    return Optional.of(new ConsentStart(oauth.get().authorize() + joint + form, state));
  }

  private record PendingConsent(ConsentRequest request, String verifier) {}

  /**
   * Makes the account that was wished for.
   *
   * @param user who must have begun; 0 for whoever did, where the provider itself sent the browser
   * @return empty where nobody, or somebody else, began it, or longer ago than {@link #LIFETIME}
   * @throws GrantFailed where the provider gives no tokens
   */
  public Optional<Account> finish(String code, String state, long user) throws GrantFailed {
    Optional<PendingConsent> begun =
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
                    .bind("now", Timestamp.from(clock.instant()))
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
    if (begun.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirect);
    form.put("code_verifier", begun.get().verifier());
    return Optional.of(createAccount(begun.get().request(), form));
  }

  /**
   * Makes an account of a refresh token that the user has from elsewhere.
   *
   * @return empty where the provider asks for no consent
   */
  public Optional<Account> createFromRefreshToken(ConsentRequest wish, String refreshToken)
      throws GrantFailed {
    return oauth(wish.provider()).isEmpty()
        ? Optional.empty()
        : Optional.of(
            createAccount(
                wish, Map.of("grant_type", "refresh_token", "refresh_token", refreshToken)));
  }

  private Account createAccount(ConsentRequest wish, Map<String, String> form) throws GrantFailed {
    Provider provider = catalogue.find(wish.provider()).orElseThrow();
    OAuthTokens tokens = grants.redeem(oauth(wish.provider()).orElseThrow(), form);
    if (tokens.refreshToken() == null && form.containsKey("refresh_token")) {
      tokens =
          new OAuthTokens(
              tokens.accessToken(),
              new potluck.gateway.account.Secret(String.valueOf(form.get("refresh_token"))),
              tokens.expiresAt());
    }
    return accounts.add(
        new Accounts.Draft(
            wish.user(),
            provider.name(),
            wish.name(),
            provider.baseUrl(),
            tokens.toSecret(),
            provider.models(),
            Map.of(),
            wish.shared(),
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
