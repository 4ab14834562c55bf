package potluck.server.importing;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;
import potluck.gateway.quota.UsageLimits;

/**
 * The database of new-api or one-api, or a dump of it. Versions have different columns, so only
 * existing ones are read. For one thread.
 */
public final class NewApiSource implements ImportSource {
  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** Units of quota per US dollar. */
  private static final BigDecimal UNITS_PER_USD = BigDecimal.valueOf(500_000);

  /** The largest possible limit in Potluck. */
  private static final long MAX_UNITS = 500_000_000_000_000_000L;

  private static final int ROLE_COMMON = 1;
  private static final int ROLE_ADMIN = 10;
  private static final int STATUS_ENABLED = 1;
  private static final int STATUS_EXHAUSTED = 4;

  private static final List<String> USERS =
      List.of(
          "id",
          "username",
          "password",
          "role",
          "status",
          "quota",
          "github_id",
          "linux_do_id",
          "oidc_id",
          "deleted_at",
          "created_at",
          "last_login_at");
  private static final List<String> TOKENS =
      List.of(
          "id",
          "user_id",
          "key",
          "status",
          "name",
          "created_time",
          "accessed_time",
          "expired_time",
          "remain_quota",
          "unlimited_quota",
          "model_limits_enabled",
          "model_limits",
          "allow_ips",
          "models",
          "subnet",
          "deleted_at");

  private final SourceTables tables;
  private final ChannelReader channels;

  private NewApiSource(SourceTables rows) throws IOException {
    this.tables = rows;
    for (String table : List.of("users", "tokens", "channels")) {
      if (!rows.has(table)) {
        throw new IOException(
            "There is no table " + table + ": is this the database of one-api or new-api?");
      }
    }
    boolean newer =
        rows.columns("tokens").contains("model_limits_enabled")
            || rows.columns("channels").contains("channel_info");
    this.channels = new ChannelReader(rows, new ChannelTypes(newer));
  }

  /**
   * Opens a source.
   *
   * @param from {@code postgresql://…}, a SQLite file, or a file from mysqldump
   */
  public static NewApiSource open(String from) throws IOException {
    SourceTables rows = tables(from);
    try {
      return new NewApiSource(rows);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private static SourceTables tables(String from) throws IOException {
    if (from.matches("postgres(ql)?(\\+\\w+)?://.*")) {
      return JdbcTables.postgres(from);
    }
    Path file = Path.of(from);
    if (!Files.isRegularFile(file)) {
      throw new IOException("There is no file " + file);
    }
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(SQLITE.length), SQLITE)
          ? JdbcTables.sqlite(file)
          : SqlDumpTables.of(file);
    }
  }

  @Override
  public String kind() {
    return "new-api";
  }

  @Override
  public void read(RecordKind kind, Sink sink) throws IOException {
    switch (kind) {
      case USER -> users(row -> sink.accept(toUser(row)), sink);
      case LOGIN -> users(row -> logins(row, sink), null);
      case KEY -> tables.each("tokens", TOKENS, row -> token(row, sink));
      case ACCOUNT -> channels.read(sink);
      case QUOTA, ROUTE, USAGE -> {}
    }
  }

  private void users(Consumer<SourceRow> taken, @Nullable Sink sink) throws IOException {
    tables.each(
        "users",
        USERS,
        row -> {
          if (row.text("deleted_at") == null) {
            taken.accept(row);
          } else if (sink != null) {
            sink.skip(row.text("username", "user " + row.text("id")), "was deleted there");
          }
        });
  }

  private static SourceRecord.SourceUser toUser(SourceRow row) {
    long role = row.number("role", ROLE_COMMON);
    String password = row.text("password", "");
    return new SourceRecord.SourceUser(
        row.text("id", ""),
        row.text("username", ""),
        password.isEmpty() ? null : password,
        null,
        role >= ROLE_ADMIN ? 3 : role < ROLE_COMMON ? 0 : 1,
        row.number("status", STATUS_ENABLED) == STATUS_ENABLED,
        false,
        0,
        true, // Everything there is shared.
        false,
        null,
        row.seconds("created_at"),
        row.seconds("last_login_at"),
        usdLimit(row.number("quota")));
  }

  private static UsageLimits usdLimit(long units) {
    return UsageLimits.parse(
        Map.of(
            "usd_total",
            BigDecimal.valueOf(Math.clamp(units, 0, MAX_UNITS)).divide(UNITS_PER_USD)));
  }

  private static void logins(SourceRow row, Sink sink) {
    String owner = row.text("id", "");
    for (String[] login :
        new String[][] {
          {"github", "github_id"}, {"linux_do", "linux_do_id"}, {"oidc", "oidc_id"}
        }) {
      String subject = row.text(login[1], "");
      if (!subject.isEmpty() && login[0].equals("github") && !subject.matches("[0-9]+")) {
        sink.skip(
            "github of user " + owner,
            "a GitHub name may belong to somebody else now; the user must log in and link it again");
      } else if (!subject.isEmpty()) {
        sink.accept(
            new SourceRecord.SourceLogin(login[0] + ":" + subject, owner, login[0], subject));
      }
    }
  }

  private static void token(SourceRow row, Sink sink) {
    String id = row.text("id", "");
    String name = row.text("name");
    if (row.text("deleted_at") != null) {
      sink.skip("key " + id + (name == null ? "" : " (" + name + ")"), "was deleted there");
      return;
    }
    boolean limited = row.flag("model_limits_enabled", false) || !row.text("models", "").isBlank();
    String models = row.text("model_limits", "") + "," + row.text("models", "");
    String text = row.text("key", "").strip();
    long status = row.number("status", STATUS_ENABLED);
    sink.accept(
        new SourceRecord.SourceKey(
            id,
            row.text("user_id", ""),
            new Secret(text.startsWith("sk-") ? text : "sk-" + text),
            name,
            null,
            "new-api",
            status == STATUS_ENABLED || status == STATUS_EXHAUSTED,
            limited ? list(models, ",") : List.of(),
            list(row.text("allow_ips", "") + "\n" + row.text("subnet", ""), "[\\s,]+"),
            false,
            row.seconds("expired_time"),
            row.seconds("created_time"),
            row.seconds("accessed_time"),
            row.flag("unlimited_quota", false)
                ? UsageLimits.NONE
                : usdLimit(row.number("remain_quota"))));
  }

  static List<String> list(String text, String separator) {
    return Arrays.stream(text.split(separator))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .distinct()
        .toList();
  }

  @Override
  public void close() throws IOException {
    tables.close();
  }
}
