package potluck.gateway.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URLEncoder;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.crypto.RandomToken;
import potluck.gateway.crypto.Sha256;
import potluck.gateway.login.LoginFailed.Reason;
import potluck.gateway.upstream.Timeouts;
import potluck.gateway.upstream.Upstream;

/**
 * Logs users in with an identity provider: the authorization code flow with PKCE, a state that
 * works once, within ten minutes and only in the browser that started it, and a nonce. Thread-safe;
 * the state is in the database, so any node may finish.
 */
public final class ExternalLogins {
  private static final Duration LIFETIME = Duration.ofMinutes(10);
  private static final Duration DISCOVERY_LIFETIME = Duration.ofHours(1);

  private final Jdbi jdbi;
  private final Map<String, IdentityProvider> providers = new LinkedHashMap<>();
  private final String redirect;
  private final IdentityProviderClient client;
  private final IdTokenVerifier idTokens;
  private final InstantSource clock;
  private final Map<String, Discovery> discoveries = new ConcurrentHashMap<>();

  /**
   * @param useBasicAuth whether the client secret is sent in a header
   * @param sendsIssuer whether callbacks contain the issuer (RFC 9207)
   */
  private record Discovery(
      String authorize,
      String token,
      String keys,
      boolean useBasicAuth,
      boolean sendsIssuer,
      Instant fetchedAt) {}

  /**
   * @param redirect the address that identity providers redirect the browser to
   */
  public ExternalLogins(
      Jdbi jdbi,
      List<IdentityProvider> providers,
      String redirect,
      Upstream upstream,
      Timeouts timeouts,
      InstantSource clock) {
    this.jdbi = jdbi;
    providers.forEach(provider -> this.providers.put(provider.id(), provider));
    this.redirect = redirect;
    this.client = new IdentityProviderClient(upstream, timeouts);
    this.idTokens = new IdTokenVerifier(client, clock);
    this.clock = clock;
  }

  public List<IdentityProvider> providers() {
    return List.copyOf(providers.values());
  }

  public Optional<IdentityProvider> find(String id) {
    return Optional.ofNullable(providers.get(id));
  }

  /**
   * A login that was started.
   *
   * @param url the address to send the browser to
   * @param browser a secret that only the browser that started the login may have
   */
  public record LoginStart(String url, String state, String browser) {}

  /**
   * @param user the user who wants to link an identity; null for a login
   */
  public LoginStart start(IdentityProvider provider, @Nullable Long user) throws LoginFailed {
    String state = RandomToken.create();
    String browser = RandomToken.create();
    String nonce = RandomToken.create();
    String verifier = RandomToken.create();
    jdbi.useTransaction(
        handle -> {
          handle.execute("DELETE FROM login_states WHERE expires_at < now()");
          handle.execute(
              """
              INSERT INTO login_states
                (state, provider, browser, nonce, verifier, expires_at, user_id)
              VALUES (?, ?, ?, ?, ?, ?, ?)
              """,
              Sha256.of(state),
              provider.id(),
              Sha256.of(browser),
              nonce,
              verifier,
              clock.instant().plus(LIFETIME),
              user);
        });
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", provider.clientId());
    query.put("redirect_uri", redirect);
    query.put(
        "scope",
        provider.endpoints().map(IdentityProvider.Endpoints::scope).orElse("openid profile"));
    query.put("state", state);
    query.put("code_challenge", RandomToken.pkceChallenge(verifier));
    query.put("code_challenge_method", "S256");
    if (provider.speaksOidc()) {
      query.put("nonce", nonce);
    }
    String authorize =
        provider.endpoints().isPresent()
            ? provider.endpoints().get().authorize()
            : discover(provider).authorize();
    String separator = authorize.contains("?") ? "&" : "?";
    return new LoginStart(
        authorize + separator + IdentityProviderClient.form(query), state, browser);
  }

  private record PendingLogin(String nonce, String verifier) {}

  /**
   * Finishes a login and returns the identity.
   *
   * @param browser the secret that the browser sent; null if it sent none
   * @param user the user who links the identity, as given at the start; null for a login
   * @param issuer the issuer in the callback (RFC 9207); null if it has none
   * @throws LoginFailed if this browser did not start the login, or if the identity is not valid
   */
  public ExternalIdentity finish(
      IdentityProvider provider,
      String code,
      String state,
      @Nullable String browser,
      @Nullable String issuer,
      @Nullable Long user)
      throws LoginFailed {
    if (issuer == null
        ? provider.speaksOidc() && discover(provider).sendsIssuer()
        : !issuer.equals(provider.issuer())) {
      throw new LoginFailed(Reason.ISSUER);
    }
    Optional<PendingLogin> pending =
        jdbi.inTransaction(
            handle ->
                handle
                    .createQuery(
                        """
                        DELETE FROM login_states WHERE state = :state AND provider = :provider
                          AND browser = :browser AND expires_at > :now
                          AND user_id IS NOT DISTINCT FROM :user RETURNING nonce, verifier
                        """)
                    .bind("state", Sha256.of(state))
                    .bind("provider", provider.id())
                    .bind("browser", Sha256.of(browser == null ? "" : browser))
                    .bind("now", clock.instant())
                    .bindByType("user", user, Long.class)
                    .map((rs, _) -> new PendingLogin(rs.getString(1), rs.getString(2)))
                    .findOne());
    if (pending.isEmpty()) {
      throw new LoginFailed(Reason.NOT_STARTED);
    }
    return provider.endpoints().isPresent()
        ? finishOAuth(provider, provider.endpoints().get(), code, pending.get())
        : finishOidc(provider, code, pending.get());
  }

  /** The identity provider of a started login; empty if there is no such login. */
  public Optional<IdentityProvider> findByState(String state) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT provider FROM login_states WHERE state = :state")
                    .bind("state", Sha256.of(state))
                    .mapTo(String.class)
                    .findOne())
        .flatMap(this::find);
  }

  private JsonNode redeem(
      IdentityProvider provider, String at, boolean basic, String code, PendingLogin state)
      throws LoginFailed {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirect);
    form.put("client_id", provider.clientId());
    form.put("code_verifier", state.verifier());
    if (!basic) {
      form.put("client_secret", provider.clientSecret().reveal());
    }
    return client.post(at, form, basic ? basicAuthorization(provider) : null);
  }

  /** Source: RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
  private static String basicAuthorization(IdentityProvider provider) {
    String both =
        URLEncoder.encode(provider.clientId(), UTF_8)
            + ":"
            + URLEncoder.encode(provider.clientSecret().reveal(), UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
  }

  private ExternalIdentity finishOAuth(
      IdentityProvider provider, IdentityProvider.Endpoints at, String code, PendingLogin state)
      throws LoginFailed {
    String token = redeem(provider, at.token(), false, code, state).path("access_token").asText();
    if (token.isEmpty()) {
      throw new LoginFailed(Reason.CODE_REFUSED);
    }
    JsonNode user = client.get(at.user(), token);
    String subject = user.path("id").asText();
    if (subject.isEmpty()) {
      throw new LoginFailed(Reason.NO_SUBJECT);
    }
    String name = user.path("login").asText(user.path("username").asText());
    @Nullable String avatar = user.path("avatar_url").asText(null);
    return new ExternalIdentity(provider.issuer(), subject, name, avatar);
  }

  private ExternalIdentity finishOidc(IdentityProvider provider, String code, PendingLogin state)
      throws LoginFailed {
    Discovery at = discover(provider);
    String token =
        redeem(provider, at.token(), at.useBasicAuth(), code, state).path("id_token").asText();
    JWTClaimsSet claims = idTokens.verify(token, provider, at.keys(), state.nonce());
    try {
      @Nullable String name = claims.getStringClaim("preferred_username");
      @Nullable String picture = claims.getStringClaim("picture");
      return new ExternalIdentity(
          provider.issuer(), claims.getSubject(), name == null ? "" : name, picture);
    } catch (ParseException e) {
      throw new LoginFailed(Reason.UNREADABLE);
    }
  }

  private Discovery discover(IdentityProvider provider) throws LoginFailed {
    @Nullable Discovery known = discoveries.get(provider.id());
    if (known != null && known.fetchedAt().plus(DISCOVERY_LIFETIME).isAfter(clock.instant())) {
      return known;
    }
    String issuer = provider.issuer();
    String root = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    JsonNode document = client.get(root + "/.well-known/openid-configuration", null);
    if (!document.path("issuer").asText().equals(issuer)) {
      throw new LoginFailed(Reason.ISSUER);
    }
    Discovery fresh =
        new Discovery(
            endpoint(document, "authorization_endpoint", issuer),
            endpoint(document, "token_endpoint", issuer),
            endpoint(document, "jwks_uri", issuer),
            prefersBasicAuth(document.path("token_endpoint_auth_methods_supported")),
            document.path("authorization_response_iss_parameter_supported").asBoolean(),
            clock.instant());
    discoveries.put(provider.id(), fresh);
    return fresh;
  }

  /** An endpoint of the discovery document. An https issuer must not name endpoints without TLS. */
  private static String endpoint(JsonNode document, String name, String issuer) throws LoginFailed {
    String address = document.path(name).asText();
    if (address.isEmpty() || (issuer.startsWith("https:") && !address.startsWith("https:"))) {
      throw new LoginFailed(Reason.BAD_ENDPOINTS);
    }
    return address;
  }

  /** The form if the provider accepts it or says nothing; else the header. */
  private static boolean prefersBasicAuth(JsonNode methods) {
    boolean post = methods.isMissingNode();
    boolean basic = false;
    for (JsonNode method : methods) {
      post |= method.asText().equals("client_secret_post");
      basic |= method.asText().equals("client_secret_basic");
    }
    return basic && !post;
  }
}
