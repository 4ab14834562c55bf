package potluck.server.backup;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import potluck.gateway.identity.Keyring;
import potluck.gateway.quota.LedgerQueries;
import potluck.server.backup.DoctorChecks.Finding;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.settings.Settings;

/** Checks of a database that can be reached: versions, ledger, keys, accounts. */
final class DatabaseChecks {
  private static final int MIN_POSTGRES = 14;
  private static final Duration MAX_CLOCK_DIFFERENCE = Duration.ofSeconds(30);

  private DatabaseChecks() {}

  static List<Finding> all(Database database, Settings settings, Clock clock) {
    List<Finding> found = new ArrayList<>();
    try {
      found.add(version(database));
      found.add(clock(database, clock));
      Finding schema = schema(database);
      found.add(schema);
      if (!schema.well()) {
        return found;
      }
      List<String> differences = new LedgerQueries(Jdbi.create(database.forReports())).verify();
      found.add(
          differences.isEmpty()
              ? Finding.well("ledger", "it adds up")
              : Finding.wrong(
                  "ledger",
                  String.join("; ", differences),
                  "make a backup of it now, and restore the last one that adds up"));
      Jdbi jdbi = Jdbi.create(database.forReports());
      ServerKeys.Sealed sealed = ServerKeys.countSealed(jdbi, settings.tokens().fernet());
      found.addAll(keys(jdbi, settings.tokens(), sealed));
      accounts(jdbi, sealed.lost(), found);
    } catch (SQLException | JdbiException e) {
      found.add(
          Finding.wrong(
              "database",
              "it does not answer correctly: " + reason(e),
              "look at PostgreSQL's log; further checks were skipped"));
    }
    return found;
  }

  /** Why it cannot be reached or did not answer, in the words of PostgreSQL or the network. */
  static String reason(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return String.valueOf(cause.getMessage());
  }

  private static Finding version(Database database) throws SQLException {
    try (Connection connection = database.source().getConnection()) {
      String version = connection.getMetaData().getDatabaseProductVersion();
      return connection.getMetaData().getDatabaseMajorVersion() >= MIN_POSTGRES
          ? Finding.well("database", "PostgreSQL " + version + " answers")
          : Finding.wrong(
              "database", "PostgreSQL " + version, "upgrade it to " + MIN_POSTGRES + " or later");
    }
  }

  private static Finding clock(Database database, Clock clock) {
    OffsetDateTime there =
        Jdbi.create(database.forReports())
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT clock_timestamp()")
                        .mapTo(OffsetDateTime.class)
                        .one());
    Duration apart = Duration.between(there.toInstant(), clock.instant()).abs();
    return apart.compareTo(MAX_CLOCK_DIFFERENCE) <= 0
        ? Finding.well("clocks", "this machine and the database agree")
        : Finding.wrong(
            "clocks",
            "this machine and the database are " + apart.toSeconds() + " s apart",
            "synchronize both by NTP (timedatectl set-ntp true): logins and quotas depend on them");
  }

  private static Finding schema(Database database) throws SQLException {
    Migrations migrations = new Migrations(database.source());
    List<Integer> unknown = migrations.unknownSteps();
    if (!unknown.isEmpty()) {
      return Finding.wrong(
          "schema",
          "it has migrations that this program does not know: " + unknown,
          "start the newer Potluck that applied them");
    }
    List<String> pending =
        migrations.history().stream()
            .filter(step -> step.appliedAt() == null)
            .map(Migrations.Step::id)
            .toList();
    return pending.isEmpty()
        ? Finding.well("schema", "it is current")
        : Finding.wrong(
            "schema",
            "migrations are pending: " + String.join(", ", pending),
            "run ./potluck db upgrade, or start Potluck");
  }

  static List<Finding> keys(Database database, Settings.Tokens tokens) {
    Jdbi jdbi = Jdbi.create(database.forReports());
    return keys(jdbi, tokens, ServerKeys.countSealed(jdbi, tokens.fernet()));
  }

  private static List<Finding> keys(Jdbi jdbi, Settings.Tokens tokens, ServerKeys.Sealed sealed) {
    List<Finding> found = new ArrayList<>();
    boolean marked =
        jdbi.withHandle(handle -> ServerKeys.isMarkedKeyring(handle, new Keyring(tokens.jwt())));
    found.add(
        marked
            ? Finding.well("key of passwords", "it is the right one")
            : Finding.wrong(
                "key of passwords",
                "passwords and API keys were created with another key",
                "restore data/secrets/jwt, or add that key as the last of JWT_SECRET_KEY"));
    found.add(
        sealed.lost().isEmpty()
            ? Finding.well("key of credentials", "it opens all of them")
            : Finding.wrong(
                "key of credentials",
                "no key opens the credentials of " + sealed.lost().size() + " accounts",
                "restore data/secrets/fernet, or add their key to PLUGIN_API_ENCRYPTION_KEY"));
    return found;
  }

  private record AccountRow(
      String id, String name, String provider, boolean on, String standing, String why) {}

  private static void accounts(Jdbi jdbi, List<String> lost, List<Finding> found) {
    List<AccountRow> rows =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT cookie_id, name, provider, enabled, standing,"
                            + " coalesce(standing_why, '') FROM accounts ORDER BY created_at")
                    .map(
                        (rs, _) ->
                            new AccountRow(
                                rs.getString(1),
                                rs.getString(2),
                                rs.getString(3),
                                rs.getBoolean(4),
                                rs.getString(5),
                                rs.getString(6)))
                    .list());
    for (AccountRow row : rows) {
      String what = "account " + row.id().substring(0, 8);
      String account = row.name() + " at " + row.provider();
      if (lost.contains(row.id())) {
        found.add(
            Finding.wrong(
                what,
                account + ": its credential cannot be decrypted",
                "restore the key, or enter the credential again"));
      } else if (row.on() && row.standing().equals("revoked")) {
        found.add(
            Finding.wrong(
                what,
                account + ": its provider refuses the credential: " + row.why(),
                "enter the credential again, or disable the account: ./potluck account disable "
                    + row.id()));
      } else {
        found.add(Finding.well(what, account + ": " + (row.on() ? row.standing() : "off")));
      }
    }
  }
}
