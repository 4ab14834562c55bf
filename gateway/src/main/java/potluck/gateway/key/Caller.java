package potluck.gateway.key;

import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.AccessTokens;
import potluck.gateway.identity.User;

/**
 * Who asks, once that is known: a user, by an API key or by an access token. It is not an account.
 * Immutable.
 *
 * @param key the key that was used; null with an access token
 * @param claims the access token that was used; null with a key
 * @param onlyDedicated whether only the user's own dedicated accounts serve
 */
public record Caller(
    User user, @Nullable ApiKey key, AccessTokens.@Nullable Claims claims, boolean onlyDedicated) {
  public boolean mayUse(String model) {
    return key == null || key.allows(model);
  }

  /** The same, served by the user's own dedicated accounts only. */
  public Caller dedicated() {
    return new Caller(user, key, claims, true);
  }
}
