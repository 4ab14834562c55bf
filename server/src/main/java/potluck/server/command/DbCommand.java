package potluck.server.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import potluck.server.backup.BackupManifest;
import potluck.server.backup.DatabaseMove;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.database.Migrations.Step;
import potluck.server.settings.Settings;

/** {@code ./potluck db}: the schema of the database. */
@Command(
    name = "db",
    description = "Manage the schema of the database.",
    mixinStandardHelpOptions = true)
final class DbCommand {
  private static final Path SOURCES = Path.of("server/src/main/resources/migrations");

  private interface MigrationTask {
    void run(Migrations migrations) throws SQLException;
  }

  private static int withMigrations(Settings settings, MigrationTask work) throws SQLException {
    PotluckCommand.startLog(settings);
    try (Database database = Database.forCommand(settings)) {
      work.run(new Migrations(database.source()));
    }
    return 0;
  }

  @Command(description = "Apply every pending migration.")
  int upgrade() throws SQLException {
    return withMigrations(
        PotluckCommand.settings(),
        migrations -> {
          migrations.upgrade();
          print(migrations);
        });
  }

  @Command(description = "Revert the last migrations and delete their data. Stop Potluck first.")
  int downgrade(@Parameters(defaultValue = "1", description = "how many; 1") int steps)
      throws IOException, SQLException {
    Settings settings = PotluckCommand.settingsOfExistingServer();
    PotluckCommand.startLog(settings);
    RestoreCommand.requireStopped(settings);
    try (Database database = Database.forCommand(settings)) {
      RestoreCommand.requireNoOtherNodes(database);
      Migrations migrations = new Migrations(database.source());
      migrations.downgrade(Math.abs(steps));
      print(migrations);
    }
    return 0;
  }

  @Command(description = "Show all migrations, applied and pending.")
  int history() throws SQLException {
    return withMigrations(PotluckCommand.settingsOfExistingServer(), DbCommand::print);
  }

  @Command(description = "Show the last applied migration.")
  int current() throws SQLException {
    return withMigrations(
        PotluckCommand.settingsOfExistingServer(),
        migrations ->
            System.out.println(
                migrations.history().stream()
                    .filter(step -> step.appliedAt() != null)
                    .reduce((_, later) -> later)
                    .map(step -> step.id() + " " + step.name())
                    .orElse("no migration is applied")));
  }

  @Command(
      description =
          "Copy all data to another PostgreSQL and check it; the data here stays. Stop Potluck first.")
  int move(
      @Option(
              names = "--to",
              required = true,
              paramLabel = "URL",
              description = "postgresql://user:password@host:5432/name, or embedded")
          String to,
      @Option(names = "--replace", description = "delete what is in the target") boolean replace)
      throws IOException, SQLException {
    Settings settings = PotluckCommand.settingsOfExistingServer();
    PotluckCommand.startLog(settings);
    RestoreCommand.requireStopped(settings);
    boolean home = to.equals("embedded");
    if (home && settings.databaseUrl().isEmpty()) {
      throw new IllegalStateException("the data is already in the embedded PostgreSQL");
    }
    try (Database from = Database.forCommand(settings);
        Database target = home ? Database.embedded(settings.home()) : Database.connectTo(to)) {
      RestoreCommand.requireNoOtherNodes(from);
      RestoreCommand.requireNoOtherNodes(target);
      BackupManifest moved =
          DatabaseMove.move(from, target, replace, settings.home(), PotluckCommand.VERSION);
      System.out.printf(
          CommandText.of(
              "%d tables and %d rows were copied, and the ledger adds up%n",
              "已复制 %d 个表、%d 行，账目一致%n"),
          moved.tables().size(),
          moved.rows());
    }
    System.out.println(
        home
            ? CommandText.of("Remove DATABASE_URL and start.", "请删除 DATABASE_URL 后启动。")
            : CommandText.of(
                "Set DATABASE_URL to the target and start.", "请把 DATABASE_URL 设为目标数据库后启动。"));
    return 0;
  }

  @Command(name = "new", description = "Write an empty migration into the sources.")
  int create(@Parameters(description = "what it does, in a few words") String name)
      throws IOException {
    if (!Files.isDirectory(SOURCES)) {
      System.err.println(
          CommandText.of(
              "There are no sources in this folder; run this in a checkout of Potluck.",
              "这里没有源码，请在 Potluck 的源码目录中运行。"));
      return 1;
    }
    System.out.println(Migrations.create(SOURCES, name));
    return 0;
  }

  private static void print(Migrations migrations) throws SQLException {
    for (Step step : migrations.history()) {
      System.out.printf(
          "%s %-40s %s%n",
          step.id(), step.name(), step.appliedAt() == null ? "pending" : step.appliedAt());
    }
  }
}
