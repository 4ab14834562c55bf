package potluck.gateway.grant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import potluck.gateway.account.Secret;

/**
 * Requests tokens with the key file of a Google service account. Thread-safe.
 *
 * <p>Source:
 * https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
 */
final class ServiceAccountTokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final String GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  private final TokenEndpoint endpoint;

  ServiceAccountTokens(TokenEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  OAuthTokens request(Secret keyFile, String scope, Instant now) throws GrantFailed {
    try {
      JsonNode file = JSON.readTree(keyFile.reveal());
      String address = file.path("token_uri").asText("https://oauth2.googleapis.com/token");
      JWTClaimsSet claims =
          new JWTClaimsSet.Builder()
              .issuer(file.path("client_email").asText())
              .claim("scope", scope)
              .audience(address)
              .issueTime(Date.from(now))
              .expirationTime(Date.from(now.plus(LIFETIME)))
              .build();
      JWSHeader header =
          new JWSHeader.Builder(JWSAlgorithm.RS256)
              .keyID(file.path("private_key_id").asText())
              .build();
      SignedJWT assertion = new SignedJWT(header, claims);
      assertion.sign(new RSASSASigner(parsePrivateKey(file.path("private_key").asText())));
      return endpoint.requestTokens(
          address, Map.of("grant_type", GRANT_TYPE, "assertion", assertion.serialize()), null, now);
    } catch (IOException | GeneralSecurityException | JOSEException | IllegalArgumentException e) {
      throw new GrantFailed(true, "the credential is not the key file of a service account");
    }
  }

  private static PrivateKey parsePrivateKey(String pem) throws GeneralSecurityException {
    String base64 = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }
}
