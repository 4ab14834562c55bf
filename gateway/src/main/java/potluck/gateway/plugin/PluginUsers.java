package potluck.gateway.plugin;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.instantOrNull;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.AccountSource;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Standing;
import potluck.gateway.account.Vault;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Reads and writes the table {@code plugin_users}. For the pool each row is an account that serves
 * any model, only for its user; so requests through it are metered and translated like all others.
 * A key is used only at the service that issued it. Thread-safe.
 */
public final class PluginUsers implements AccountSource {
  private static final String ALL = "SELECT * FROM plugin_users";

  private final Jdbi jdbi;
  private final Vault vault;
  private final ChangeFeed changes;
  private final String base;

  /**
   * @param base the address of the service, without a trailing slash
   */
  public PluginUsers(Jdbi jdbi, Vault vault, ChangeFeed changes, String base) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.changes = changes;
    this.base = base;
  }

  /** Creates the missing rows of all users; keys are requested later. */
  public void createMissing() {
    jdbi.useHandle(
        handle ->
            handle.execute(
                """
                INSERT INTO plugin_users (user_id, cookie_id)
                SELECT id, replace(gen_random_uuid()::text, '-', '') FROM users
                ON CONFLICT DO NOTHING
                """));
  }

  /** Creates the row of a user if it does not exist. */
  void create(long user) {
    AccountId id = AccountId.random();
    changes.<Boolean, RuntimeException>inTransaction(
        (handle, recorder) -> {
          int rows =
              handle.execute(
                  "INSERT INTO plugin_users (user_id, cookie_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                  user,
                  id.hex());
          if (rows == 1) {
            recorder.add(Topic.ACCOUNT, id.hex());
          }
          return rows == 1;
        });
  }

  public Optional<PluginUser> findByUser(long user) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(ALL + " WHERE user_id = :user")
                .bind("user", user)
                .map((rs, _) -> read(rs))
                .findOne());
  }

  /**
   * Reserves the request of a user's key for this node for 60 seconds, so that the service does not
   * create a user twice.
   */
  boolean claimKeyRequest(long user) {
    return jdbi.withHandle(
        handle ->
            handle.execute(
                    """
                    UPDATE plugin_users SET asked_at = now() WHERE user_id = ?
                      AND (asked_at IS NULL OR asked_at < now() - interval '60 seconds')
                    """,
                    user)
                == 1);
  }

  /**
   * Releases the reservation after the service issued no key, so that the next request may follow
   * at once.
   */
  void releaseKeyRequest(long user) {
    jdbi.useHandle(
        handle ->
            handle.execute("UPDATE plugin_users SET asked_at = NULL WHERE user_id = ?", user));
  }

  /** Saves the key that the service issued. */
  void saveKey(PluginUser pluginUser, String pluginUserId, Secret key) {
    changes.useTransaction(
        Topic.ACCOUNT,
        pluginUser.account().hex(),
        handle ->
            handle.execute(
                """
              UPDATE plugin_users SET base_url = ?, plugin_user_id = ?, api_key = ?,
                asked_at = NULL, updated_at = now() WHERE user_id = ?
              """,
                base,
                pluginUserId,
                vault.seal(location(pluginUser.account()), key),
                pluginUser.user()));
  }

  /**
   * Saves the key of an imported user inside the caller's transaction. The service knows the user
   * by the same id as the Plug-in API here.
   *
   * @return false if the user has a key already
   */
  public boolean insertImportedKey(Handle handle, long user, Secret key) {
    handle.execute(
        "INSERT INTO plugin_users (user_id, cookie_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        user,
        AccountId.random().hex());
    AccountId pluginUser =
        handle
            .createQuery("SELECT cookie_id FROM plugin_users WHERE user_id = :user")
            .bind("user", user)
            .map((rs, _) -> new AccountId(rs.getString(1)))
            .one();
    ChangeFeed.record(handle, Topic.ACCOUNT, pluginUser.hex());
    return handle.execute(
            """
            UPDATE plugin_users SET base_url = ?, api_key = ?, updated_at = now(),
              plugin_user_id = (SELECT plugin_user_id::text FROM users WHERE id = user_id)
            WHERE user_id = ? AND api_key IS NULL
            """,
            base,
            vault.seal(location(pluginUser), key),
            user)
        == 1;
  }

  /** Saves when the account was last used. */
  void saveLastUsed(long user, Instant at) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "UPDATE plugin_users SET last_used_at = greatest(last_used_at, ?) WHERE user_id = ?",
                at,
                user));
  }

  @Override
  public List<Account> all() {
    return jdbi.withHandle(handle -> handle.createQuery(ALL).map((rs, _) -> account(rs)).list());
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return jdbi.withHandle(handle -> find(handle, id));
  }

  private Optional<Account> find(Handle handle, AccountId id) {
    return handle
        .createQuery(ALL + " WHERE cookie_id = :id")
        .bind("id", id.hex())
        .map((rs, _) -> account(rs))
        .findOne();
  }

  /** Not saved: the service manages the standing of its own accounts. */
  @Override
  public Optional<Instant> saveStanding(AccountId id, Standing standing) {
    return Optional.empty();
  }

  private Account account(ResultSet rs) throws SQLException {
    PluginUser pluginUser = read(rs);
    return new Account(
        pluginUser.account(),
        pluginUser.user(),
        PluginProvider.NAME,
        "Plug-in service",
        base + "/v1",
        pluginUser.key() == null ? new Secret("") : pluginUser.key(),
        List.of(Account.ANY_MODEL),
        Map.of(),
        Set.of(),
        false,
        true,
        0,
        1,
        0,
        0,
        Standing.ready(),
        pluginUser.createdAt(),
        pluginUser.lastUsedAt(),
        pluginUser.createdAt(),
        pluginUser.updatedAt());
  }

  private PluginUser read(ResultSet rs) throws SQLException {
    AccountId account = new AccountId(rs.getString("cookie_id"));
    boolean sameService = base.equals(rs.getString("base_url"));
    @Nullable String sealed = rs.getString("api_key");
    @Nullable Secret key =
        sameService && sealed != null ? vault.open(location(account), sealed).orElse(null) : null;
    return new PluginUser(
        rs.getLong("id"),
        rs.getLong("user_id"),
        account,
        sameService ? rs.getString("plugin_user_id") : null,
        key,
        instant(rs, "created_at"),
        instant(rs, "updated_at"),
        instantOrNull(rs, "last_used_at"));
  }

  private static Vault.Location location(AccountId id) {
    return new Vault.Location("plugin_users", id.hex(), "api_key");
  }
}
