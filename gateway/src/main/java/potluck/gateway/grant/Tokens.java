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
 * @param refresh null where the provider gave none: the consent ends with the access token
 * @param expires of the access token; null where that was not said
 */
public record Tokens(Secret access, @Nullable Secret refresh, @Nullable Instant expires) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A credential that is no such JSON is an access token by itself. */
  public static Tokens of(Secret credential) {
    try {
      JsonNode json = JSON.readTree(credential.reveal());
      if (json != null && json.hasNonNull("access_token")) {
        return new Tokens(
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
    return new Tokens(credential, null, null);
  }

  public Secret credential() {
    ObjectNode json = JSON.createObjectNode().put("access_token", access.reveal());
    if (refresh != null) {
      json.put("refresh_token", refresh.reveal());
    }
    if (expires != null) {
      json.put("expires_at", expires.getEpochSecond());
    }
    return new Secret(json.toString());
  }

  /** Whether the access token is good at that time, as far as is known. */
  boolean goodAt(Instant time) {
    return expires == null || expires.isAfter(time);
  }
}
