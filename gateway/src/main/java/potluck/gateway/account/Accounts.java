package potluck.gateway.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Reads and writes the table {@code accounts}. Every statement that changes an account for a user
 * checks its owner. Thread-safe.
 */
public final class Accounts implements AccountSource {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;
  private final Vault vault;
  private final AccountRows rows;
  private final ChangeFeed changes;

  public Accounts(Jdbi jdbi, Vault vault, ChangeFeed changes) {
    this.jdbi = jdbi;
    this.vault = vault;
    this.rows = new AccountRows(vault);
    this.changes = changes;
  }

  /** The fields of a new account; the ranges are those of {@link Account}. */
  public record Draft(
      long owner,
      String provider,
      String name,
      String baseUrl,
      Secret secret,
      List<String> models,
      Map<String, String> modelMap,
      boolean shared,
      int priority,
      int weight,
      int maxConcurrency,
      double reserve) {}

  public Account add(Draft draft) {
    AccountId id = AccountId.random();
    changes.useTransaction(Topic.ACCOUNT, id.hex(), handle -> insert(handle, id, draft, true));
    return find(id).orElseThrow();
  }

  /**
   * Inserts an account with a given id inside the caller's transaction, and records the change.
   *
   * @return false if an account with this id exists
   */
  public boolean add(Handle handle, AccountId id, Draft draft, boolean enabled) {
    ChangeFeed.record(handle, Topic.ACCOUNT, id.hex());
    return insert(handle, id, draft, enabled);
  }

  private boolean insert(Handle handle, AccountId id, Draft draft, boolean enabled) {
    int inserted =
        handle
            .createUpdate(
                """
                INSERT INTO accounts (cookie_id, user_id, provider, name, base_url, secret, models,
                  model_map, is_shared, enabled, priority, weight, max_concurrency, reserve)
                VALUES (:id, :owner, :provider, :name, :url, :secret, :models, :map::jsonb, :shared,
                  :enabled, :priority, :weight, :concurrency, :reserve)
                ON CONFLICT DO NOTHING
                """)
            .bind("id", id.hex())
            .bind("owner", draft.owner())
            .bind("provider", draft.provider())
            .bind("name", draft.name())
            .bind("url", draft.baseUrl())
            .bind("secret", vault.seal(location(id), draft.secret()))
            .bindArray("models", String.class, draft.models())
            .bind("map", json(draft.modelMap()))
            .bind("shared", draft.shared())
            .bind("enabled", enabled)
            .bind("priority", draft.priority())
            .bind("weight", draft.weight())
            .bind("concurrency", draft.maxConcurrency())
            .bind("reserve", draft.reserve())
            .execute();
    StandingHistory.note(handle, id.hex());
    return inserted == 1;
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return jdbi.withHandle(handle -> find(handle, id));
  }

  /** Finds an account inside the caller's transaction. */
  public Optional<Account> find(Handle handle, AccountId id) {
    return handle
        .createQuery(AccountRows.SELECT + " WHERE cookie_id = :id")
        .bind("id", id.hex())
        .map((rs, _) -> rows.read(rs))
        .findOne();
  }

  /** Other accounts, of any owner, with the same credential at the same provider and address. */
  public Set<AccountId> findSameCredential(Handle handle, Account account) {
    return handle
        .createQuery(
            "SELECT cookie_id, secret FROM accounts"
                + " WHERE provider = :provider AND base_url = :url AND cookie_id <> :id")
        .bind("provider", account.provider())
        .bind("url", account.baseUrl())
        .bind("id", account.id().hex())
        .map((rs, _) -> Map.entry(new AccountId(rs.getString(1)), rs.getString(2)))
        .filter(other -> matches(other.getKey(), other.getValue(), account.secret()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  private boolean matches(AccountId id, String sealed, Secret secret) {
    return vault.open(location(id), sealed).filter(secret::equals).isPresent();
  }

  /** Finds an account of this owner; empty if it does not exist or belongs to somebody else. */
  public Optional<Account> find(long owner, String cookieId) {
    return find(new AccountId(cookieId)).filter(account -> account.owner() == owner);
  }

  /** Number of accounts of a user. */
  public int count(long owner) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery("SELECT count(*) FROM accounts WHERE user_id = :owner")
                .bind("owner", owner)
                .mapTo(Integer.class)
                .one());
  }

  public List<Account> findByOwner(long owner) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    AccountRows.SELECT + " WHERE user_id = :owner ORDER BY created_at DESC")
                .bind("owner", owner)
                .map((rs, _) -> rows.read(rs))
                .list());
  }

  @Override
  public List<Account> all() {
    return jdbi.withHandle(
        handle -> handle.createQuery(AccountRows.SELECT).map((rs, _) -> rows.read(rs)).list());
  }

  /** Sets one column of an owner's account; false if the owner has no such account. */
  public boolean set(long owner, String cookieId, Column column, Object value) {
    int changed =
        changes.inTransaction(
            Topic.ACCOUNT,
            cookieId,
            handle -> {
              int rows =
                  handle
                      .createUpdate(
                          "UPDATE accounts SET "
                              + column.sql
                              + " = :value, updated_at = now() WHERE cookie_id = :id AND user_id = :owner")
                      .bind("value", value)
                      .bind("id", cookieId)
                      .bind("owner", owner)
                      .execute();
              StandingHistory.note(handle, cookieId);
              return rows;
            });
    return changed == 1;
  }

  /**
   * Replaces the account's fields with the draft's. A new credential also resets the standing.
   *
   * @return false if the owner has no such account
   */
  public boolean update(String cookieId, Draft draft, boolean newSecret) {
    AccountId id = new AccountId(cookieId);
    int changed =
        changes.inTransaction(
            Topic.ACCOUNT,
            cookieId,
            handle -> {
              forgetTests(handle, cookieId, draft, newSecret);
              int rows =
                  handle
                      .createUpdate(
                          """
                          UPDATE accounts SET name = :name, base_url = :url, secret = :secret,
                            models = :models, model_map = :map::jsonb, is_shared = :shared,
                            priority = :priority, weight = :weight, max_concurrency = :concurrency,
                            reserve = :reserve, updated_at = now()
                          WHERE cookie_id = :id AND user_id = :owner
                          """)
                      .bind("id", cookieId)
                      .bind("owner", draft.owner())
                      .bind("name", draft.name())
                      .bind("url", draft.baseUrl())
                      .bind("secret", vault.seal(location(id), draft.secret()))
                      .bindArray("models", String.class, draft.models())
                      .bind("map", json(draft.modelMap()))
                      .bind("shared", draft.shared())
                      .bind("priority", draft.priority())
                      .bind("weight", draft.weight())
                      .bind("concurrency", draft.maxConcurrency())
                      .bind("reserve", draft.reserve())
                      .execute();
              if (rows == 1 && newSecret) {
                resetStanding(handle, draft.owner(), cookieId);
              }
              return rows;
            });
    return changed == 1;
  }

  /**
   * With another credential or address it is another account: what it served before is no proof.
   */
  private static void forgetTests(Handle handle, String cookieId, Draft draft, boolean newSecret) {
    handle
        .createUpdate(
            """
            WITH other AS (
              UPDATE accounts SET tested_at = NULL
              WHERE cookie_id = :id AND user_id = :owner AND (:new OR base_url <> :url)
              RETURNING cookie_id)
            DELETE FROM served_groups WHERE cookie_id IN (SELECT cookie_id FROM other)
            """)
        .bind("id", cookieId)
        .bind("owner", draft.owner())
        .bind("new", newSecret)
        .bind("url", draft.baseUrl())
        .execute();
  }

  /**
   * Claims the test of an account that has not served yet: at most one an hour, on one node.
   *
   * @return whether the caller has to test it
   */
  public boolean claimTest(AccountId id) {
    return jdbi.withHandle(
        handle ->
            handle.execute(
                    """
                    UPDATE accounts SET tested_at = now()
                    WHERE cookie_id = ?
                      AND (tested_at IS NULL OR tested_at < now() - interval '1 hour')
                    """,
                    id.hex())
                == 1);
  }

  /** Switches a model of an owner's account on or off. */
  public void setModel(long owner, String cookieId, String model, boolean on) {
    changes.useTransaction(
        Topic.ACCOUNT,
        cookieId,
        handle ->
            handle
                .createUpdate(
                    """
                  UPDATE accounts SET updated_at = now(),
                    models_off = array_remove(models_off, :model)
                      || CASE WHEN :on THEN ARRAY[]::text[] ELSE ARRAY[:model] END
                  WHERE cookie_id = :id AND user_id = :owner
                  """)
                .bind("model", model)
                .bind("on", on)
                .bind("id", cookieId)
                .bind("owner", owner)
                .execute());
  }

  /** The columns that an owner may set one at a time. */
  public enum Column {
    NAME("name"),
    ENABLED("enabled"),
    SHARED("is_shared");

    private final String sql;

    Column(String sql) {
      this.sql = sql;
    }
  }

  public boolean remove(long owner, String cookieId) {
    int removed =
        changes.inTransaction(
            Topic.ACCOUNT,
            cookieId,
            handle -> {
              int rows =
                  handle.execute(
                      "DELETE FROM accounts WHERE cookie_id = ? AND user_id = ?", cookieId, owner);
              if (rows == 1) {
                StandingHistory.noteRemoved(handle, cookieId);
              }
              return rows;
            });
    return removed == 1;
  }

  @Override
  public Optional<Instant> saveStanding(AccountId id, Standing standing) {
    @Nullable Instant until =
        switch (standing) {
          case Standing.Resting resting -> resting.until();
          case Standing.Spent spent -> spent.until();
          default -> null;
        };
    String reason =
        switch (standing) {
          case Standing.Ready _ -> null;
          case Standing.Resting resting -> resting.why();
          case Standing.Spent spent -> spent.why();
          case Standing.Revoked revoked -> revoked.why();
        };
    return jdbi.inTransaction(
        handle -> {
          Optional<Instant> at =
              handle
                  .createQuery(
                      """
                      UPDATE accounts SET standing = :word, standing_until = :until,
                        standing_why = :why, standing_at = clock_timestamp(),
                        failing_since = CASE
                          WHEN :failing THEN coalesce(failing_since, clock_timestamp())
                          WHEN :word = 'ready' THEN NULL ELSE failing_since END
                      WHERE cookie_id = :id RETURNING standing_at
                      """)
                  .bind("word", standing.label())
                  .bind("failing", StandingReason.isFailure(standing))
                  .bind("until", until)
                  .bind("why", reason)
                  .bind("id", id.hex())
                  .mapTo(Instant.class)
                  .findOne();
          StandingHistory.note(handle, id.hex());
          ChangeFeed.record(handle, Topic.ACCOUNT, id.hex());
          return at;
        });
  }

  /**
   * Replaces the credential with one that the provider has issued, inside the caller's transaction.
   * The caller records the change.
   */
  public void replaceSecret(Handle handle, AccountId id, Secret secret) {
    handle.execute(
        "UPDATE accounts SET secret = ?, updated_at = now() WHERE cookie_id = ?",
        vault.seal(location(id), secret),
        id.hex());
  }

  /** Enabled accounts at these providers. */
  public List<Account> findByProviders(Collection<String> providers) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(AccountRows.SELECT + " WHERE enabled AND provider = ANY(:names)")
                .bindArray("names", String.class, List.copyOf(providers))
                .map((rs, _) -> rows.read(rs))
                .list());
  }

  /**
   * Sets the standing back to ready, because the owner says that the account works.
   *
   * @return false if the owner has no such account
   */
  public boolean resetStanding(long owner, String cookieId) {
    return changes.inTransaction(
        Topic.ACCOUNT, cookieId, handle -> resetStanding(handle, owner, cookieId));
  }

  private static boolean resetStanding(Handle handle, long owner, String cookieId) {
    int rows =
        handle.execute(
            """
            UPDATE accounts SET standing = 'ready', standing_until = NULL,
              standing_why = NULL, standing_at = clock_timestamp()
            WHERE cookie_id = ? AND user_id = ?
            """,
            cookieId,
            owner);
    StandingHistory.note(handle, cookieId);
    return rows == 1;
  }

  private static String json(Map<String, String> map) {
    try {
      return JSON.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Vault.Location location(AccountId id) {
    return new Vault.Location("accounts", id.hex(), "secret");
  }
}
