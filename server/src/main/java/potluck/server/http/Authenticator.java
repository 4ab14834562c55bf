package potluck.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.gateway.account.Secret;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.AccessTokens.Claims;
import potluck.gateway.identity.Sessions;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.gateway.key.ApiKey;
import potluck.gateway.key.ApiKeys;
import potluck.gateway.key.Caller;
import potluck.gateway.key.CidrRanges;
import potluck.gateway.key.LastUsedTracker;
import potluck.server.http.Surface.CredentialPlace;

/**
 * Authenticates the caller before a body is read. UNAUTHENTICATED means a proven bad credential; if
 * the database is unreachable, the failure is UNAVAILABLE. Thread-safe.
 */
public final class Authenticator {
  private static final HeaderName API_KEY = HeaderNames.create("x-api-key");
  private static final HeaderName GOOGLE_KEY = HeaderNames.create("x-goog-api-key");
  private static final HeaderName DEDICATED = HeaderNames.create("x-use-only-dedicated");
  private static final String BEARER = "bearer ";
  private static final List<CredentialPlace> BEARER_ONLY = List.of(CredentialPlace.BEARER);

  private final AccessTokens access;
  private final Sessions sessions;
  private final Users users;
  private final ApiKeys keys;
  private final LastUsedTracker lastUse;
  private final @Nullable Secret pluginServiceKey;
  private final InstantSource clock;

  /**
   * @param pluginServiceKey the admin key of AntiHub backends; null for none
   */
  public Authenticator(
      AccessTokens access,
      Sessions sessions,
      Users users,
      ApiKeys keys,
      LastUsedTracker lastUse,
      @Nullable Secret pluginServiceKey,
      InstantSource clock) {
    this.pluginServiceKey = pluginServiceKey;
    this.lastUse = lastUse;
    this.access = access;
    this.sessions = sessions;
    this.users = users;
    this.keys = keys;
    this.clock = clock;
  }

  /** Null on public routes, and for an AntiHub backend itself. */
  @Nullable Caller authenticate(
      AccessPolicy policy, Surface surface, ServerRequest request, String address) {
    if (policy == AccessPolicy.PUBLIC) {
      return null;
    }
    String credential =
        credential(request, policy == AccessPolicy.MODEL ? surface.credentials() : BEARER_ONLY);
    if (policy == AccessPolicy.SERVICE) {
      // Compared in constant time.
      if (pluginServiceKey == null || !pluginServiceKey.equals(new Secret(credential))) {
        throw new FailureException(Kind.UNAUTHENTICATED, "This is not PLUGIN_SERVICE_ADMIN_KEY.");
      }
      return null;
    }
    try {
      boolean dedicated = HttpHeaders.isOn(request.headers().first(DEDICATED).orElse(null));
      Caller caller = findCaller(credential, policy, address, dedicated);
      checkPolicy(caller, policy);
      return caller;
    } catch (JdbiException e) {
      throw new FailureException(
          Failure.of(
                  Kind.UNAVAILABLE,
                  "Your credential cannot be checked at the moment; try again soon.")
              .retryAfter(Duration.ofSeconds(2)));
    }
  }

  private Caller findCaller(
      String credential, AccessPolicy policy, String address, boolean dedicated) {
    if (credential.startsWith("sk-")) {
      if (policy != AccessPolicy.MODEL && policy != AccessPolicy.PLUGIN) {
        throw new FailureException(
            Kind.UNAUTHENTICATED, "An API key is not accepted here; log in for an access token.");
      }
      Caller caller = findCallerByKey(credential, address, dedicated);
      if (policy == AccessPolicy.PLUGIN
          && (caller.key() == null || !caller.key().managesAccounts())) {
        throw new FailureException(
            Kind.UNAUTHENTICATED, "This API key is only for models; it manages no accounts.");
      }
      return caller;
    }
    Optional<Claims> claims =
        access.verify(credential).filter(good -> sessions.isActive(good.session()));
    Optional<User> user = claims.flatMap(good -> users.find(good.user()));
    if (user.isEmpty() || user.get().epoch() != claims.get().epoch()) {
      throw new FailureException(
          Kind.UNAUTHENTICATED, "The access token is wrong, expired or revoked; log in again.");
    }
    return new Caller(user.get(), null, claims.get(), dedicated || user.get().onlyDedicated());
  }

  private Caller findCallerByKey(String text, String address, boolean dedicated) {
    Optional<ApiKey> key = keys.find(text);
    Optional<User> owner = key.flatMap(found -> users.find(found.userId()));
    if (key.isEmpty() || owner.isEmpty()) {
      throw new FailureException(
          Failure.of(Kind.UNAUTHENTICATED, "This API key is unknown or was deleted.")
              .code("invalid_api_key"));
    }
    if (!key.get().active()) {
      throw new FailureException(
          Failure.of(Kind.UNAUTHENTICATED, "This API key is disabled.").code("invalid_api_key"));
    }
    if (key.get().expiresAt() != null && !clock.instant().isBefore(key.get().expiresAt())) {
      throw new FailureException(
          Failure.of(Kind.UNAUTHENTICATED, "This API key has expired.").code("invalid_api_key"));
    }
    if (key.get().loopbackOnly() && !isLoopback(address)) {
      throw new FailureException(
          Failure.of(Kind.UNAUTHENTICATED, "The demo key works only on the server's own machine.")
              .code("invalid_api_key"));
    }
    if (!key.get().allowedAddresses().isEmpty()
        && !CidrRanges.of(key.get().allowedAddresses()).contains(address)) {
      throw new FailureException(
          Failure.of(Kind.UNAUTHENTICATED, "This API key may not be used from " + address + ".")
              .code("invalid_api_key"));
    }
    lastUse.recordUse(key.get().id(), clock.instant());
    boolean only = dedicated || owner.get().onlyDedicated() || key.get().onlyDedicated();
    return new Caller(owner.get(), key.get(), null, only);
  }

  private static void checkPolicy(Caller caller, AccessPolicy policy) {
    if (!caller.user().active()) {
      throw new FailureException(Kind.FORBIDDEN, "The user is disabled.");
    }
    if (policy == AccessPolicy.MODEL && caller.user().silenced()) {
      throw new FailureException(Kind.FORBIDDEN, "The user is silenced and may not call models.");
    }
    if (policy == AccessPolicy.AUDIT && !caller.user().mayAudit()) {
      throw new FailureException(Kind.FORBIDDEN, "Only administrators and auditors may do this.");
    }
    if (policy == AccessPolicy.ADMIN && !caller.user().isAdmin()) {
      throw new FailureException(Kind.FORBIDDEN, "Only administrators may do this.");
    }
  }

  /** The first place that holds a credential counts; an empty header is ignored. */
  private static String credential(ServerRequest request, List<CredentialPlace> places) {
    for (CredentialPlace place : places) {
      Optional<String> found =
          switch (place) {
            case BEARER -> bearer(request);
            case API_KEY_HEADER -> header(request, API_KEY);
            case GOOGLE_KEY_HEADER -> header(request, GOOGLE_KEY);
            case QUERY -> nonEmpty(request.query().first("key").asOptional());
          };
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new FailureException(
        Kind.UNAUTHENTICATED,
        "A credential is required: Authorization: Bearer <API key or access token>.");
  }

  private static Optional<String> header(ServerRequest request, HeaderName name) {
    return nonEmpty(request.headers().first(name));
  }

  private static Optional<String> bearer(ServerRequest request) {
    return nonEmpty(
        request
            .headers()
            .first(HeaderNames.AUTHORIZATION)
            .filter(line -> line.regionMatches(true, 0, BEARER, 0, BEARER.length()))
            .map(line -> line.substring(BEARER.length())));
  }

  private static Optional<String> nonEmpty(Optional<String> text) {
    return text.map(String::strip).filter(given -> !given.isEmpty());
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("::1") || address.equals("0:0:0:0:0:0:0:1");
  }
}
