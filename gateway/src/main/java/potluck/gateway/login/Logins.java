package potluck.gateway.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import java.net.URLEncoder;
import java.sql.Timestamp;
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
import potluck.gateway.identity.Digest;
import potluck.gateway.login.LoginFailed.Why;
import potluck.gateway.upstream.Bounds;
import potluck.gateway.upstream.Upstream;

/**
 * Sends people to another house and finds out who came back: code with PKCE, a state that works
 * once, within ten minutes, in the browser that began, and a nonce. Safe for use by many threads
 * and nodes.
 */
public final class Logins {
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final Duration DISCOVERED = Duration.ofHours(1);

  private final Jdbi jdbi;
  private final Map<String, LoginProvider> houses = new LinkedHashMap<>();
  private final String redirect;
  private final Web web;
  private final IdTokens tokens;
  private final InstantSource clock;
  private final Map<String, Discovered> discovered = new ConcurrentHashMap<>();

  /**
   * @param basic whether the client's secret goes into a header
   * @param says whether its callbacks name the issuer (RFC 9207)
   */
  private record Discovered(
      String authorize, String token, String keys, boolean basic, boolean says, Instant at) {}

  /**
   * @param redirect where the other house sends people back to
   */
  public Logins(
      Jdbi jdbi,
      List<LoginProvider> houses,
      String redirect,
      Upstream upstream,
      Bounds bounds,
      InstantSource clock) {
    this.jdbi = jdbi;
    houses.forEach(house -> this.houses.put(house.id(), house));
    this.redirect = redirect;
    this.web = new Web(upstream, bounds);
    this.tokens = new IdTokens(web, clock);
    this.clock = clock;
  }

  public List<LoginProvider> houses() {
    return List.copyOf(houses.values());
  }

  public Optional<LoginProvider> find(String id) {
    return Optional.ofNullable(houses.get(id));
  }

  /**
   * A login that has begun.
   *
   * @param url where to send the browser
   * @param browser what only the browser that began may know
   */
  public record Begun(String url, String state, String browser) {}

  /**
   * @param user who wants to link it; null where somebody logs in
   */
  public Begun begin(LoginProvider house, @Nullable Long user) throws LoginFailed {
    String state = Digest.freshToken();
    String browser = Digest.freshToken();
    String nonce = Digest.freshToken();
    String verifier = Digest.freshToken();
    jdbi.useTransaction(
        handle -> {
          handle.execute("DELETE FROM login_states WHERE expires_at < now()");
          handle.execute(
              """
              INSERT INTO login_states
                (state, provider, browser, nonce, verifier, expires_at, user_id)
              VALUES (?, ?, ?, ?, ?, ?, ?)
              """,
              Digest.sha256(state),
              house.id(),
              Digest.sha256(browser),
              nonce,
              verifier,
              Timestamp.from(clock.instant().plus(LIFE)),
              user);
        });
    Map<String, String> query = new LinkedHashMap<>();
    query.put("response_type", "code");
    query.put("client_id", house.clientId());
    query.put("redirect_uri", redirect);
    query.put(
        "scope", house.endpoints().map(LoginProvider.Endpoints::scope).orElse("openid profile"));
    query.put("state", state);
    query.put("code_challenge", Digest.challenge(verifier));
    query.put("code_challenge_method", "S256");
    if (house.speaksOidc()) {
      query.put("nonce", nonce);
    }
    String authorize =
        house.endpoints().isPresent()
            ? house.endpoints().get().authorize()
            : discover(house).authorize();
    String joint = authorize.contains("?") ? "&" : "?";
    return new Begun(authorize + joint + Web.form(query), state, browser);
  }

  private record State(String nonce, String verifier) {}

  /**
   * Who came back.
   *
   * @param browser what the browser brought; null where it brought nothing
   * @param user who links it, as it was begun; null where somebody logs in
   * @param issuer what the callback says of who sent it (RFC 9207); null where it says nothing
   * @throws LoginFailed where the login is not one that this browser began, or the house's word is
   *     not to be believed
   */
  public Who finish(
      LoginProvider house,
      String code,
      String state,
      @Nullable String browser,
      @Nullable String issuer,
      @Nullable Long user)
      throws LoginFailed {
    if (issuer == null
        ? house.speaksOidc() && discover(house).says()
        : !issuer.equals(house.issuer())) {
      throw new LoginFailed(Why.ISSUER);
    }
    Optional<State> begun =
        jdbi.inTransaction(
            handle ->
                handle
                    .createQuery(
                        """
                        DELETE FROM login_states WHERE state = :state AND provider = :provider
                          AND browser = :browser AND expires_at > :now
                          AND user_id IS NOT DISTINCT FROM :user RETURNING nonce, verifier
                        """)
                    .bind("state", Digest.sha256(state))
                    .bind("provider", house.id())
                    .bind("browser", Digest.sha256(browser == null ? "" : browser))
                    .bind("now", Timestamp.from(clock.instant()))
                    .bindByType("user", user, Long.class)
                    .map((rs, _) -> new State(rs.getString(1), rs.getString(2)))
                    .findOne());
    if (begun.isEmpty()) {
      throw new LoginFailed(Why.NOT_BEGUN);
    }
    return house.endpoints().isPresent()
        ? byOauth(house, house.endpoints().get(), code, begun.get())
        : byOidc(house, code, begun.get());
  }

  /** The house that a login was begun with; empty where there is no such login. */
  public Optional<LoginProvider> begunWith(String state) {
    return jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT provider FROM login_states WHERE state = :state")
                    .bind("state", Digest.sha256(state))
                    .mapTo(String.class)
                    .findOne())
        .flatMap(this::find);
  }

  private JsonNode redeem(LoginProvider house, String at, boolean basic, String code, State state)
      throws LoginFailed {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirect);
    form.put("client_id", house.clientId());
    form.put("code_verifier", state.verifier());
    if (!basic) {
      form.put("client_secret", house.clientSecret().reveal());
    }
    return web.post(at, form, basic ? basic(house) : null);
  }

  /** Source: RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
  private static String basic(LoginProvider house) {
    String both =
        URLEncoder.encode(house.clientId(), UTF_8)
            + ":"
            + URLEncoder.encode(house.clientSecret().reveal(), UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(UTF_8));
  }

  private Who byOauth(LoginProvider house, LoginProvider.Endpoints at, String code, State state)
      throws LoginFailed {
    String token = redeem(house, at.token(), false, code, state).path("access_token").asText();
    if (token.isEmpty()) {
      throw new LoginFailed(Why.CODE_REFUSED);
    }
    JsonNode user = web.get(at.user(), token);
    String subject = user.path("id").asText();
    if (subject.isEmpty()) {
      throw new LoginFailed(Why.NOBODY);
    }
    String name = user.path("login").asText(user.path("username").asText());
    @Nullable String avatar = user.path("avatar_url").asText(null);
    return new Who(house.issuer(), subject, name, avatar);
  }

  private Who byOidc(LoginProvider house, String code, State state) throws LoginFailed {
    Discovered at = discover(house);
    String token = redeem(house, at.token(), at.basic(), code, state).path("id_token").asText();
    JWTClaimsSet claims = tokens.read(token, house, at.keys(), state.nonce());
    try {
      @Nullable String name = claims.getStringClaim("preferred_username");
      @Nullable String picture = claims.getStringClaim("picture");
      return new Who(house.issuer(), claims.getSubject(), name == null ? "" : name, picture);
    } catch (ParseException e) {
      throw new LoginFailed(Why.UNREADABLE);
    }
  }

  private Discovered discover(LoginProvider house) throws LoginFailed {
    @Nullable Discovered known = discovered.get(house.id());
    if (known != null && known.at().plus(DISCOVERED).isAfter(clock.instant())) {
      return known;
    }
    String issuer = house.issuer();
    String root = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    JsonNode document = web.get(root + "/.well-known/openid-configuration", null);
    if (!document.path("issuer").asText().equals(issuer)) {
      throw new LoginFailed(Why.ISSUER);
    }
    Discovered fresh =
        new Discovered(
            address(document, "authorization_endpoint", issuer),
            address(document, "token_endpoint", issuer),
            address(document, "jwks_uri", issuer),
            basic(document.path("token_endpoint_auth_methods_supported")),
            document.path("authorization_response_iss_parameter_supported").asBoolean(),
            clock.instant());
    discovered.put(house.id(), fresh);
    return fresh;
  }

  /** What an https house sends elsewhere in the clear is not to be followed. */
  private static String address(JsonNode document, String name, String issuer) throws LoginFailed {
    String address = document.path(name).asText();
    if (address.isEmpty() || (issuer.startsWith("https:") && !address.startsWith("https:"))) {
      throw new LoginFailed(Why.ADDRESSES);
    }
    return address;
  }

  /** The form where a house takes it, as all do that say nothing; else the header. */
  private static boolean basic(JsonNode methods) {
    boolean post = methods.isMissingNode();
    boolean basic = false;
    for (JsonNode method : methods) {
      post |= method.asText().equals("client_secret_post");
      basic |= method.asText().equals("client_secret_basic");
    }
    return basic && !post;
  }
}
