package potluck.gateway.identity;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/** The users, as administrators list and change them. Thread-safe. */
public final class UserAdmin {
  private static final String IS_PLUGIN_USER =
      "EXISTS (SELECT FROM api_keys k WHERE k.user_id = u.id AND k.opens_plugin)";

  private final Jdbi jdbi;
  private final ChangeFeed changes;

  public UserAdmin(Jdbi jdbi, ChangeFeed changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /** The fields to change; null leaves a field as it is. */
  public record Change(
      @Nullable Boolean active,
      @Nullable Boolean silenced,
      @Nullable Integer trustLevel,
      @Nullable Boolean auditor) {}

  /** Users that another backend created through the Plug-in API, in order of their ids. */
  public List<User> findPluginUsers() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT * FROM users u WHERE " + IS_PLUGIN_USER + " ORDER BY id")
                .map((rs, _) -> Users.read(rs))
                .list());
  }

  /** One of these users, by the id that the Plug-in API has for it. */
  public Optional<User> findPluginUser(UUID pluginId) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT * FROM users u WHERE plugin_user_id = :id AND " + IS_PLUGIN_USER)
                .bind("id", pluginId)
                .map((rs, _) -> Users.read(rs))
                .findOne());
  }

  /**
   * Changes a user. Disabling a user ends all sessions of the user.
   *
   * @return the changed user; empty if the user does not exist
   */
  public Optional<User> change(long id, Change change) {
    return changes.<Optional<User>, RuntimeException>inTransaction(
        (handle, recorder) -> {
          int found =
              handle
                  .createUpdate(
                      """
                          UPDATE users SET is_active = coalesce(:active, is_active),
                            is_silenced = coalesce(:silenced, is_silenced),
                            trust_level = coalesce(:level, trust_level),
                            is_auditor = coalesce(:auditor, is_auditor), updated_at = now()
                          WHERE id = :id
                          """)
                  .bindByType("active", change.active(), Boolean.class)
                  .bindByType("silenced", change.silenced(), Boolean.class)
                  .bindByType("level", change.trustLevel(), Integer.class)
                  .bindByType("auditor", change.auditor(), Boolean.class)
                  .bind("id", id)
                  .execute();
          if (found == 0) {
            return Optional.empty();
          }
          if (Boolean.FALSE.equals(change.active())) {
            SessionRevocations.endAllSessions(handle, id, "disabled");
          }
          recorder.add(Topic.USER, Long.toString(id));
          return Users.find(handle, id);
        });
  }
}
