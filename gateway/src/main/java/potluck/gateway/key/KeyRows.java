package potluck.gateway.key;

import static potluck.gateway.store.ResultColumns.instant;
import static potluck.gateway.store.ResultColumns.instantOrNull;
import static potluck.gateway.store.ResultColumns.strings;

import java.sql.ResultSet;
import java.sql.SQLException;

/** Maps rows of the table {@code api_keys} to {@link ApiKey}. Stateless. */
final class KeyRows {
  private KeyRows() {}

  /** The key of this row. */
  static ApiKey read(ResultSet rs) throws SQLException {
    return new ApiKey(
        rs.getLong("id"),
        rs.getLong("user_id"),
        rs.getString("preview"),
        rs.getString("name"),
        rs.getString("description"),
        rs.getString("config_type"),
        rs.getBoolean("is_active"),
        strings(rs, "allowed_models"),
        strings(rs, "allowed_addresses"),
        rs.getBoolean("only_dedicated"),
        rs.getBoolean("loopback_only"),
        rs.getBoolean("opens_plugin"),
        instant(rs, "created_at"),
        instantOrNull(rs, "last_used_at"),
        instantOrNull(rs, "expires_at"));
  }
}
