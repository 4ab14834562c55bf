package potluck.gateway.plugin;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
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
 * The table of seats at the Plug-in service. To the pool each is an account that serves any model,
 * for its user only; so requests through it are metered, translated and told as all others are. A
 * key is good at the service that gave it and is not shown to another. Safe for use by many
 * threads.
 */
public final class PluginUsers implements AccountSource {
  private static final String ALL = "SELECT * FROM plugin_users";

  private final Jdbi jdbi;
  private final Vault vault;
  private final ChangeFeed changes;
  private final String base;

  /**
   * @param base the service's address, without a slash at its end
   */
  public PluginUsers(Jdbi jdbi, Vault vault, ChangeFeed changes, String base) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.changes = changes;
    this.base = base;
  }

  /** Gives a seat to everybody who has none; what is asked of the service comes later. */
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

  /** Gives a user a seat; nothing where there is one. */
  void create(long user) {
    AccountId id = AccountId.random();
    boolean made =
        jdbi.inTransaction(
            handle -> {
              int rows =
                  handle.execute(
                      "INSERT INTO plugin_users (user_id, cookie_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                      user,
                      id.hex());
              if (rows == 1) {
                ChangeFeed.record(handle, Topic.ACCOUNT, id.hex());
              }
              return rows == 1;
            });
    if (made) {
      changes.announce(Topic.ACCOUNT, id.hex());
    }
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
   * Whether this node may ask the service for this user's key: one at a time does, so that no user
   * is made twice.
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

  /** The service did not give a key: it may be asked again at once. */
  void releaseKeyRequest(long user) {
    jdbi.useHandle(
        handle ->
            handle.execute("UPDATE plugin_users SET asked_at = NULL WHERE user_id = ?", user));
  }

  /** Keeps what the service has given. */
  void saveKey(PluginUser seat, String pluginUserId, Secret key) {
    jdbi.useTransaction(
        handle -> {
          handle.execute(
              """
              UPDATE plugin_users SET base_url = ?, plugin_user_id = ?, api_key = ?,
                asked_at = NULL, updated_at = now() WHERE user_id = ?
              """,
              base,
              pluginUserId,
              vault.seal(location(seat.account()), key),
              seat.user());
          ChangeFeed.record(handle, Topic.ACCOUNT, seat.account().hex());
        });
    changes.announce(Topic.ACCOUNT, seat.account().hex());
  }

  /**
   * Keeps the key of a user who comes from elsewhere with it, within a transaction; the service
   * knows them as the Plug-in API here does.
   *
   * @return false where the user has a key already
   */
  public boolean insertImportedKey(Handle handle, long user, Secret key) {
    handle.execute(
        "INSERT INTO plugin_users (user_id, cookie_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        user,
        AccountId.random().hex());
    AccountId seat =
        handle
            .createQuery("SELECT cookie_id FROM plugin_users WHERE user_id = :user")
            .bind("user", user)
            .map((rs, _) -> new AccountId(rs.getString(1)))
            .one();
    ChangeFeed.record(handle, Topic.ACCOUNT, seat.hex());
    return handle.execute(
            """
            UPDATE plugin_users SET base_url = ?, api_key = ?, updated_at = now(),
              plugin_user_id = (SELECT plugin_user_id::text FROM users WHERE id = user_id)
            WHERE user_id = ? AND api_key IS NULL
            """,
            base,
            vault.seal(location(seat), key),
            user)
        == 1;
  }

  /** Writes when a seat was last used. */
  void saveLastUsed(long user, Instant at) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "UPDATE plugin_users SET last_used_at = greatest(last_used_at, ?) WHERE user_id = ?",
                Timestamp.from(at),
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

  /** A seat always stands: the service rests and changes its own accounts. */
  @Override
  public Optional<Instant> saveStanding(AccountId id, Standing standing) {
    return Optional.empty();
  }

  private Account account(ResultSet rs) throws SQLException {
    PluginUser seat = read(rs);
    return new Account(
        seat.account(),
        seat.user(),
        PluginProvider.NAME,
        "Plug-in service",
        base + "/v1",
        seat.key() == null ? new Secret("") : seat.key(),
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
        seat.createdAt(),
        seat.lastUsedAt(),
        seat.createdAt(),
        seat.updatedAt());
  }

  private PluginUser read(ResultSet rs) throws SQLException {
    AccountId account = new AccountId(rs.getString("cookie_id"));
    boolean here = base.equals(rs.getString("base_url"));
    @Nullable String sealed = rs.getString("api_key");
    @Nullable Secret key =
        here && sealed != null ? vault.open(location(account), sealed).orElse(null) : null;
    return new PluginUser(
        rs.getLong("id"),
        rs.getLong("user_id"),
        account,
        here ? rs.getString("plugin_user_id") : null,
        key,
        rs.getTimestamp("created_at").toInstant(),
        rs.getTimestamp("updated_at").toInstant(),
        instant(rs, "last_used_at"));
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    @Nullable Timestamp timestamp = rs.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }

  private static Vault.Location location(AccountId id) {
    return new Vault.Location("plugin_users", id.hex(), "api_key");
  }
}
