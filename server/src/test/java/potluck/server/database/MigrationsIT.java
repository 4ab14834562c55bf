package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.settings.Settings;
import potluck.server.testing.TestServer;

/** Upgrades and downgrades of the schema in a real PostgreSQL. */
class MigrationsIT {
  @TempDir static Path folder;
  private static Database database;

  @BeforeAll
  static void open() {
    database =
        Database.open(
            Settings.load(Map.of("DATABASE_URL", TestPostgres.get().emptyDatabase()), folder));
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @BeforeEach
  void startWithEmptyDatabase() throws SQLException {
    run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  }

  @Test
  void allStepsArePendingInAnEmptyDatabase() throws SQLException {
    assertThat(migrations().history())
        .isNotEmpty()
        .allSatisfy(step -> assertThat(step.appliedAt()).isNull());
  }

  @Test
  void upgradeAppliesEveryStepOnce() throws SQLException {
    migrations().upgrade();
    List<Migrations.Step> once = migrations().history();
    migrations().upgrade();
    assertThat(once).allSatisfy(step -> assertThat(step.appliedAt()).isNotNull());
    assertThat(migrations().history()).isEqualTo(once);
  }

  @Test
  void downgradeAndUpgradeGiveTheSameSchema() throws SQLException {
    migrations().upgrade();
    List<String> before = columns();
    int steps = migrations().history().size();
    migrations().downgrade(steps);
    assertThat(columns()).allMatch(column -> column.startsWith("changelog."));
    migrations().upgrade();
    assertThat(columns()).isEqualTo(before);
  }

  @Test
  void downgradeByZeroChangesNothing() throws SQLException {
    migrations().upgrade();
    migrations().downgrade(0);
    assertThat(migrations().history()).allSatisfy(step -> assertThat(step.appliedAt()).isNotNull());
  }

  @Test
  void concurrentUpgradesDoNotConflict() throws Exception {
    try (ExecutorService nodes = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        all.add(
            nodes.submit(
                () -> {
                  migrations().upgrade();
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    assertThat(migrations().history()).allSatisfy(step -> assertThat(step.appliedAt()).isNotNull());
  }

  @Test
  void failedStepLeavesNothingBehind() throws SQLException {
    Migrations broken =
        new Migrations(database.source(), new MigrationScripts("/broken-migrations/"));
    assertThatThrownBy(broken::upgrade).hasMessageContaining("no_such_table");
    assertThat(columns()).allMatch(column -> column.startsWith("changelog."));
    assertThat(broken.history()).allSatisfy(step -> assertThat(step.appliedAt()).isNull());
  }

  @Test
  @Timeout(120)
  void stepWaitingForALockedTableDoesNotBlockOthers() throws Exception {
    run("CREATE TABLE busy (id integer)");
    Migrations more =
        new Migrations(database.source(), new MigrationScripts("/locking-migrations/"));
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> upgrade;
      try (Connection backup = database.source().getConnection();
          Statement reading = backup.createStatement()) {
        backup.setAutoCommit(false);
        reading.execute("SELECT count(*) FROM busy");
        upgrade =
            thread.submit(
                () -> {
                  more.upgrade();
                  return null;
                });
        TestServer.eventually(
            () -> waiting("ALTER TABLE busy") ? Optional.of(true) : Optional.empty());
        // Other statements on the table wait only briefly, although the step waits for its lock.
        run("SELECT count(*) FROM busy");
        assertThat(upgrade.isDone()).isFalse();
        backup.rollback();
      }
      upgrade.get();
    }
    assertThat(columns()).contains("busy.more integer YES");
  }

  private static boolean waiting(String query) {
    try (Connection connection = database.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"
                    + query
                    + "%'")) {
      rows.next();
      return rows.getInt(1) > 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void newerSchemaIsRefused() throws SQLException {
    migrations().upgrade();
    run("INSERT INTO changelog VALUES (9999, '2030-01-01 00:00:00', 'from the future')");
    assertThatThrownBy(() -> migrations().upgrade())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("9999")
        .hasMessageContaining("newer");
  }

  @Test
  void createUsesTheNextNumberAndAppendsToTheIndex(@TempDir Path sources) throws Exception {
    Files.writeString(sources.resolve("index"), "");
    Path file = Migrations.create(sources, "Count the Dishes!");
    String name = file.getFileName().toString();
    assertThat(name).matches("[0-9]{4}_count_the_dishes\\.sql");
    assertThat(Files.readString(file)).contains("-- // Count the Dishes!", "-- //@UNDO");
    assertThat(sources.resolve("index")).hasContent(name);
  }

  private static Migrations migrations() {
    return new Migrations(database.source());
  }

  private static List<String> columns() throws SQLException {
    List<String> columns = new ArrayList<>();
    try (Connection connection = database.source().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
                FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1
                """)) {
      while (rows.next()) {
        columns.add(rows.getString(1));
      }
    }
    return columns;
  }

  private static void run(String sql) throws SQLException {
    try (Connection connection = database.source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
