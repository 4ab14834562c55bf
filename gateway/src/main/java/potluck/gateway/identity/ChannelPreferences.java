package potluck.gateway.identity;

import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The channels that the console preselects for a user. The program only stores them. Thread-safe.
 */
public final class ChannelPreferences {
  private final Jdbi jdbi;

  public ChannelPreferences(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * @param accounts the channel on the accounts page; null for the console's default
   * @param usage the channel on the usage page; null for the console's default
   */
  public record Preferences(@Nullable String accounts, @Nullable String usage) {}

  public Preferences get(long user) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT accounts_channel, usage_channel FROM users WHERE id = :user")
                .bind("user", user)
                .map((rs, _) -> new Preferences(rs.getString(1), rs.getString(2)))
                .one());
  }

  public void set(long user, Preferences preferences) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "UPDATE users SET accounts_channel = ?, usage_channel = ? WHERE id = ?",
                preferences.accounts(),
                preferences.usage(),
                user));
  }
}
