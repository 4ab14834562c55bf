package potluck.gateway.grant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;

/**
 * The tokens of a consent or a service account. Stored as the account's credential, in JSON.
 * Immutable.
 *
 * @param refreshToken null if the provider issued none: the consent ends with the access token
 * @param expiresAt when the access token expires; null if the provider did not say
 */
public record OAuthTokens(
    Secret accessToken, @Nullable Secret refreshToken, @Nullable Instant expiresAt) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a credential. A credential that is not such JSON is an access token itself. */
  public static OAuthTokens parse(Secret credential) {
    try {
      JsonNode json = JSON.readTree(credential.reveal());
      if (json != null && json.hasNonNull("access_token")) {
        return new OAuthTokens(
            new Secret(json.path("access_token").asText()),
            json.hasNonNull("refresh_token")
                ? new Secret(json.path("refresh_token").asText())
                : null,
            json.hasNonNull("expires_at")
                ? Instant.ofEpochSecond(json.path("expires_at").asLong())
                : null);
      }
    } catch (JsonProcessingException e) {
      // It is an access token itself.
    }
    return new OAuthTokens(credential, null, null);
  }

  public Secret toSecret() {
    ObjectNode json = JSON.createObjectNode().put("access_token", accessToken.reveal());
    if (refreshToken != null) {
      json.put("refresh_token", refreshToken.reveal());
    }
    if (expiresAt != null) {
      json.put("expires_at", expiresAt.getEpochSecond());
    }
    return new Secret(json.toString());
  }

  /** Whether the access token is still valid at that time, as far as known. */
  boolean isValidAt(Instant time) {
    return expiresAt == null || expiresAt.isAfter(time);
  }
}
