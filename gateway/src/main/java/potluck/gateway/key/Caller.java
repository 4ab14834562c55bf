package potluck.gateway.key;

import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.User;

/**
 * The authenticated sender of a request: a user with an API key or an access token. It is not an
 * account. Immutable.
 *
 * @param key the API key that was used; null for an access token
 * @param claims the access token that was used; null for an API key
 * @param onlyDedicated whether only the user's own dedicated accounts serve
 */
public record Caller(
    User user, @Nullable ApiKey key, AccessTokens.@Nullable Claims claims, boolean onlyDedicated) {
  public boolean mayUse(String model) {
    return key == null || key.allows(model);
  }

  /** This caller, served only by the user's own dedicated accounts. */
  public Caller dedicated() {
    return new Caller(user, key, claims, true);
  }
}
