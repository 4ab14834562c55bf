package potluck.gateway.key;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
        rs.getTimestamp("created_at").toInstant(),
        instant(rs, "last_used_at"),
        instant(rs, "expires_at"));
  }

  private static List<String> strings(ResultSet rs, String column) throws SQLException {
    @Nullable Array texts = rs.getArray(column);
    return texts == null
        ? List.of()
        : Arrays.stream((String[]) texts.getArray()).filter(Objects::nonNull).toList();
  }

  private static @Nullable Instant instant(ResultSet rs, String column) throws SQLException {
    @Nullable Timestamp timestamp = rs.getTimestamp(column);
    return timestamp == null ? null : timestamp.toInstant();
  }
}
