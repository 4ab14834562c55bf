package potluck.gateway.login;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import potluck.gateway.login.LoginFailed.Reason;

/**
 * Verifies OpenID Connect ID tokens: the algorithm must be on a list, the key must be the issuer's,
 * and issuer, audience, times and nonce must be as expected. Source: OpenID Connect Core 1.0,
 * 3.1.3.7. Thread-safe.
 */
final class IdTokenVerifier {
  private static final Set<JWSAlgorithm> ALLOWED =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384);
  private static final Duration MAX_CLOCK_SKEW = Duration.ofSeconds(60);

  /** Keys are fetched again if a key id is unknown, but not more often than this. */
  private static final Duration MIN_KEY_REFRESH_INTERVAL = Duration.ofSeconds(30);

  private final IdentityProviderClient client;
  private final InstantSource clock;
  private final Map<String, CachedKeys> keys = new ConcurrentHashMap<>();

  private record CachedKeys(JWKSet set, Instant readAt) {}

  IdTokenVerifier(IdentityProviderClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * The claims of a valid token.
   *
   * @param keysAt the address of the issuer's keys
   * @throws LoginFailed if the token is not valid
   */
  JWTClaimsSet verify(String text, IdentityProvider provider, String keysAt, String nonce)
      throws LoginFailed {
    try {
      SignedJWT token = SignedJWT.parse(text);
      if (!ALLOWED.contains(token.getHeader().getAlgorithm())) {
        throw new LoginFailed(Reason.ALGORITHM);
      }
      JWK key = key(keysAt, token.getHeader().getKeyID());
      if (!(key instanceof AsymmetricJWK pair)) {
        throw new LoginFailed(Reason.KEY);
      }
      JWSVerifier verifier =
          new DefaultJWSVerifierFactory().createJWSVerifier(token.getHeader(), pair.toPublicKey());
      if (!token.verify(verifier)) {
        throw new LoginFailed(Reason.SIGNATURE);
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      check(claims, provider, nonce);
      return claims;
    } catch (ParseException | JOSEException e) {
      throw new LoginFailed(Reason.UNREADABLE);
    }
  }

  private JWK key(String keysAt, @Nullable String id) throws LoginFailed, ParseException {
    @Nullable CachedKeys known = keys.get(keysAt);
    @Nullable JWK found = known == null ? null : find(known.set(), id);
    boolean old =
        known == null || known.readAt().plus(MIN_KEY_REFRESH_INTERVAL).isBefore(clock.instant());
    if (found == null && old) {
      JsonNode read = client.get(keysAt, null);
      JWKSet set = JWKSet.parse(read.toString());
      keys.put(keysAt, new CachedKeys(set, clock.instant()));
      found = find(set, id);
    }
    if (found == null) {
      throw new LoginFailed(Reason.KEY);
    }
    return found;
  }

  private static @Nullable JWK find(JWKSet set, @Nullable String id) {
    List<JWK> all = set.getKeys();
    return id == null ? (all.size() == 1 ? all.getFirst() : null) : set.getKeyByKeyId(id);
  }

  private void check(JWTClaimsSet claims, IdentityProvider provider, String nonce)
      throws LoginFailed, ParseException {
    Instant now = clock.instant();
    @Nullable Date expires = claims.getExpirationTime();
    @Nullable Date issued = claims.getIssueTime();
    @Nullable String party = claims.getStringClaim("azp");
    if (!provider.issuer().equals(claims.getIssuer())) {
      throw new LoginFailed(Reason.ISSUER);
    }
    if (!claims.getAudience().contains(provider.clientId())
        || (party != null && !party.equals(provider.clientId()))
        || (claims.getAudience().size() > 1 && party == null)) {
      throw new LoginFailed(Reason.AUDIENCE);
    }
    if (expires == null
        || issued == null
        || expires.toInstant().plus(MAX_CLOCK_SKEW).isBefore(now)
        || issued.toInstant().minus(MAX_CLOCK_SKEW).isAfter(now)) {
      throw new LoginFailed(Reason.TIMES);
    }
    if (!nonce.equals(claims.getStringClaim("nonce"))) {
      throw new LoginFailed(Reason.NONCE);
    }
    if (claims.getSubject() == null || claims.getSubject().isBlank()) {
      throw new LoginFailed(Reason.NO_SUBJECT);
    }
  }
}
