package potluck.server.moving;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * All that the house has of one user, as JSON: no secrets and nothing of others. Columns are named
 * one by one, so that what is new is shown because somebody thought of it. Safe for use by many
 * threads.
 */
public final class PersonExport {
  private static final int AT_A_TIME = 500;
  private static final JsonFactory JSON = new ObjectMapper().getFactory();

  /** What is shown under a name, and where it is from. */
  private record Section(String name, String query) {}

  private static final List<Section> SECTIONS =
      List.of(
          new Section(
              "logins",
              "SELECT provider, issuer, subject, created_at FROM identities WHERE user_id = :user"),
          new Section(
              "sessions",
              """
              SELECT id, user_agent, address, created_at, last_seen_at, expires_at, ended_at,
                ended_because FROM sessions WHERE user_id = :user ORDER BY created_at
              """),
          new Section(
              "api_keys",
              """
              SELECT id, preview, name, description, config_type, is_active, allowed_models,
                allowed_addresses, only_dedicated, opens_plugin, created_at, last_used_at, expires_at
              FROM api_keys WHERE user_id = :user AND NOT loopback_only ORDER BY id
              """),
          new Section(
              "limits",
              """
              SELECT scope, id, limits FROM limits WHERE (scope = 'user' AND id = :user)
                OR (scope = 'key' AND id IN (SELECT id FROM api_keys WHERE user_id = :user))
              """),
          new Section(
              "accounts",
              """
              SELECT cookie_id, provider, name, base_url, models, model_map, models_off, is_shared,
                enabled, priority, weight, max_concurrency, reserve, standing, standing_until,
                standing_why, last_used_at, created_at, updated_at
              FROM accounts WHERE user_id = :user ORDER BY created_at
              """),
          new Section(
              "plugin_seat",
              """
              SELECT cookie_id, base_url, plugin_user_id, created_at, last_used_at
              FROM plugin_users WHERE user_id = :user
              """),
          new Section(
              "invitations",
              "SELECT preview, uses_left, expires_at, created_at FROM invitations WHERE made_by = :user"),
          new Section(
              "contributions",
              "SELECT cookie_id, model_group, active, taken FROM contributions WHERE user_id = :user"),
          new Section(
              "quotas",
              """
              SELECT pool_id, model_group, balance, ceiling, rate, recovered_at, updated_at
              FROM quotas WHERE user_id = :user ORDER BY model_group
              """),
          new Section(
              "grants",
              """
              SELECT model_group, amount, used, expires_at, why, created_at FROM grants
              WHERE user_id = :user ORDER BY id
              """),
          new Section(
              "came_from",
              """
              SELECT source, foreign_id, at FROM imports WHERE kind = 'user' AND our_id = :user::text
              """),
          new Section(
              "audit",
              "SELECT at, action, object, details, address FROM audit WHERE actor = :user ORDER BY id"),
          new Section(
              "entries",
              """
              SELECT transfer, book, model_group, amount, why, at FROM entries
              WHERE user_id = :user ORDER BY id
              """),
          new Section(
              "usage",
              """
              SELECT request_id, client_request_id, key_id, endpoint, method, model_name, config_type,
                client_app, stream, success, estimated, status_code, error_message, is_shared,
                input_tokens, cached_tokens, written_tokens, output_tokens, reasoning_tokens,
                quota_consumed, model_group, cost_micros, first_byte_ms, duration_ms, created_at
              FROM usage WHERE user_id = :user ORDER BY created_at, id
              """));

  private final Jdbi jdbi;

  public PersonExport(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** A user by id or by name. */
  public Optional<Long> find(String user) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT id FROM users WHERE lower(username) = lower(:user) OR id::text = :user"
                        + " ORDER BY lower(username) = lower(:user) DESC LIMIT 1")
                .bind("user", user)
                .mapTo(Long.class)
                .findOne());
  }

  /** Writes all of it as it is at one moment, in constant memory. */
  public void write(long user, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      jdbi.useTransaction(
          handle -> {
            handle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            json.writeStartObject();
            json.writeStringField("made_at", Instant.now().toString());
            json.writeStringField(
                "amounts", "of quotas, grants and entries in millionths; costs in micro-USD");
            json.writeFieldName("user");
            section(
                handle,
                user,
                """
                SELECT id, username, avatar_url, trust_level, is_active, is_silenced, is_auditor, beta,
                  prefer_shared, use_only_dedicated, plugin_user_id, created_at, updated_at,
                  last_login_at
                FROM users WHERE id = :user
                """,
                json);
            for (Section section : SECTIONS) {
              json.writeFieldName(section.name());
              json.writeStartArray();
              section(handle, user, section.query(), json);
              json.writeEndArray();
            }
            json.writeEndObject();
          });
    } catch (UncheckedIOException e) {
      throw java.util.Objects.requireNonNull(e.getCause());
    }
  }

  private static void section(Handle handle, long user, String query, JsonGenerator json) {
    try (var rows =
        handle
            .createQuery(query)
            .bind("user", user)
            .setFetchSize(AT_A_TIME)
            .map((rs, _) -> row(rs, json))
            .iterator()) {
      rows.forEachRemaining(_ -> {});
    }
  }

  private static boolean row(ResultSet rs, JsonGenerator json) throws SQLException {
    ResultSetMetaData columns = rs.getMetaData();
    try {
      json.writeStartObject();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        json.writeFieldName(columns.getColumnName(i));
        value(rs.getObject(i), json);
      }
      json.writeEndObject();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void value(@Nullable Object value, JsonGenerator json)
      throws IOException, SQLException {
    switch (value) {
      case null -> json.writeNull();
      case Timestamp time -> json.writeString(time.toInstant().toString());
      case Array array -> {
        json.writeStartArray();
        for (Object each : (Object[]) array.getArray()) {
          json.writeString(String.valueOf(each));
        }
        json.writeEndArray();
      }
      case org.postgresql.util.PGobject document when document.getType().equals("jsonb") ->
          json.writeRawValue(document.getValue());
      case Number number -> json.writeNumber(number.toString());
      case Boolean flag -> json.writeBoolean(flag);
      default -> json.writeString(value.toString());
    }
  }
}
