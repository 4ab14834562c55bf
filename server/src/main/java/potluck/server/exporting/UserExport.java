package potluck.server.exporting;

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
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;
import potluck.gateway.account.Vault;
import potluck.gateway.meter.BodyLog;
import potluck.server.exporting.UserExportSections.Section;

/**
 * Everything about one user as JSON, without secrets and without data of others. {@link
 * UserExportSections} defines the content. Thread-safe.
 */
public final class UserExport {
  private static final int FETCH_SIZE = 500;

  /**
   * Does not close open brackets after an exception: a truncated document must not look complete.
   */
  private static final JsonFactory JSON =
      new ObjectMapper()
          .getFactory()
          .copy()
          .disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT)
          .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
          .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);

  private final Jdbi jdbi;
  private final Vault vault;

  /**
   * @param vault that stored request bodies are encrypted with
   */
  public UserExport(Jdbi jdbi, Vault vault) {
    this.jdbi = jdbi;
    this.vault = vault;
  }

  /** A user by id or name. */
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

  /**
   * Writes everything in one snapshot, in constant memory.
   *
   * @throws IOException if {@code out} fails; the document is incomplete then
   */
  public void write(long user, OutputStream out) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(out)) {
      jdbi.useTransaction(
          handle -> {
            handle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            json.writeStartObject();
            json.writeStringField("made_at", Instant.now().toString());
            json.writeStringField(
                "amounts", "quotas, grants and entries in millionths; costs in micro-USD");
            json.writeFieldName("user");
            section(handle, user, UserExportSections.USER, json);
            for (Section section : UserExportSections.ALL) {
              json.writeFieldName(section.name());
              json.writeStartArray();
              section(handle, user, section, json);
              json.writeEndArray();
            }
            json.writeEndObject();
          });
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  private void section(Handle handle, long user, Section section, JsonGenerator json) {
    try (var rows =
        handle
            .createQuery(section.query())
            .bind("user", user)
            .setFetchSize(FETCH_SIZE)
            .map((rs, _) -> row(rs, section, json))
            .iterator()) {
      rows.forEachRemaining(_ -> {});
    }
  }

  private boolean row(ResultSet rs, Section section, JsonGenerator json) throws SQLException {
    ResultSetMetaData columns = rs.getMetaData();
    try {
      json.writeStartObject();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        json.writeFieldName(columns.getColumnName(i));
        boolean sealed = section.name().equals("kept_questions") && isColumn(columns, i, "body");
        value(sealed ? decryptBody(rs) : rs.getObject(i), json);
      }
      json.writeEndObject();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isColumn(ResultSetMetaData columns, int column, String name)
      throws SQLException {
    return columns.getColumnName(column).equals(name);
  }

  /** A user's own stored request, decrypted; null if its key is lost. */
  private @Nullable String decryptBody(ResultSet rs) throws SQLException {
    return BodyLog.decrypt(vault, rs.getString("request_id"), rs.getString("body")).orElse(null);
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
      case PGobject document when document.getType().equals("jsonb") ->
          json.writeRawValue(document.getValue());
      case Number number -> json.writeNumber(number.toString());
      case Boolean flag -> json.writeBoolean(flag);
      default -> json.writeString(value.toString());
    }
  }
}
