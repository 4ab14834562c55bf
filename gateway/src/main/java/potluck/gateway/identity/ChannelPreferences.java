package potluck.gateway.identity;

import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Which channel the pages show a user first. The house makes nothing of it. Safe for use by many
 * threads.
 */
public final class ChannelPreferences {
  private final Jdbi jdbi;

  public ChannelPreferences(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * @param accounts on the page of accounts; null where the page decides
   * @param usage on the page of usage
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

  public void set(long user, Preferences shown) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "UPDATE users SET accounts_channel = ?, usage_channel = ? WHERE id = ?",
                shown.accounts(),
                shown.usage(),
                user));
  }
}
