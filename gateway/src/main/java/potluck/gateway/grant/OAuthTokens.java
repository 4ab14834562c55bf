package potluck.gateway.grant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;

/**
 * What a consent gave. It is an account's credential, as JSON. Immutable.
 *
 * @param refreshToken null where the provider gave none: the consent ends with the access token
 * @param expiresAt of the access token; null where that was not said
 */
public record OAuthTokens(
    Secret accessToken, @Nullable Secret refreshToken, @Nullable Instant expiresAt) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A credential that is no such JSON is an access token by itself. */
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
      // It is an access token by itself.
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

  /** Whether the access token is good at that time, as far as is known. */
  boolean isValidAt(Instant time) {
    return expiresAt == null || expiresAt.isAfter(time);
  }
}
