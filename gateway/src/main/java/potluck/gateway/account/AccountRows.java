package potluck.gateway.account;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.instantOrNull;
import static potluck.gateway.store.ResultColumns.strings;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps rows of the table {@code accounts} to {@link Account}. Thread-safe. */
final class AccountRows {
  private static final Logger LOG = LoggerFactory.getLogger(AccountRows.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  /**
   * The time of the last use comes from the usage rows; {@code last_used_at} is the imported value
   * from before.
   */
  static final String SELECT =
      """
      SELECT accounts.*, greatest(last_used_at,
        (SELECT max(u.created_at) FROM usage u WHERE u.cookie_id = accounts.cookie_id)) AS used_at
      FROM accounts
      """;

  private final Vault vault;

  AccountRows(Vault vault) {
    this.vault = vault;
  }

  /**
   * The account of this row. If no key decrypts the credential, the account is disabled and its
   * secret is empty.
   */
  Account read(ResultSet rs) throws SQLException {
    AccountId id = new AccountId(rs.getString("cookie_id"));
    Optional<Secret> secret = vault.open(Accounts.location(id), rs.getString("secret"));
    if (secret.isEmpty()) {
      LOG.error(
          "account {}: no key in PLUGIN_API_ENCRYPTION_KEY decrypts its credential; the account is disabled",
          id);
    }
    return new Account(
        id,
        rs.getLong("user_id"),
        rs.getString("provider"),
        rs.getString("name"),
        rs.getString("base_url"),
        secret.orElse(new Secret("")),
        strings(rs, "models"),
        parseModelMap(rs.getString("model_map")),
        Set.copyOf(strings(rs, "models_off")),
        rs.getBoolean("is_shared"),
        rs.getBoolean("enabled") && secret.isPresent(),
        rs.getInt("priority"),
        rs.getInt("weight"),
        rs.getInt("max_concurrency"),
        rs.getDouble("reserve"),
        standing(rs),
        instant(rs, "standing_at"),
        instantOrNull(rs, "used_at"),
        instant(rs, "created_at"),
        instant(rs, "updated_at"));
  }

  private static Standing standing(ResultSet rs) throws SQLException {
    Instant until = Optional.ofNullable(instantOrNull(rs, "standing_until")).orElse(Instant.EPOCH);
    String reason = Optional.ofNullable(rs.getString("standing_why")).orElse("");
    return switch (rs.getString("standing")) {
      case "resting" -> new Standing.Resting(until, reason);
      case "spent" -> new Standing.Spent(until, reason);
      case "revoked" -> new Standing.Revoked(reason);
      default -> Standing.ready();
    };
  }

  private static Map<String, String> parseModelMap(String json) {
    try {
      Map<String, String> map = JSON.readValue(json, TEXTS);
      map.values().removeIf(Objects::isNull);
      return Map.copyOf(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "a model_map in the database is not a JSON object of strings", e);
    }
  }
}
