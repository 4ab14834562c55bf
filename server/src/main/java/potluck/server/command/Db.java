package potluck.server.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.database.Migrations.Step;
import potluck.server.log.Logging;
import potluck.server.settings.Settings;

/** {@code ./potluck db}: the schema, up and down. */
@Command(
    name = "db",
    description = "Bring the database's schema up and down.",
    mixinStandardHelpOptions = true)
final class Db {
  private static final Path SOURCES = Path.of("server/src/main/resources/migrations");

  private interface Work {
    void on(Migrations migrations) throws SQLException;
  }

  private static int with(Work work) throws SQLException {
    Settings settings = Potluck.settings();
    Logging.start(settings.logs(), Path.of("logs/app.log"));
    try (Database database = Database.open(settings)) {
      work.on(new Migrations(database.source()));
    }
    return 0;
  }

  @Command(description = "Apply every pending migration.")
  int upgrade() throws SQLException {
    return with(
        migrations -> {
          migrations.upgrade();
          print(migrations);
        });
  }

  @Command(description = "Take back the last migrations.")
  int downgrade(@Parameters(defaultValue = "1", description = "how many; 1") int steps)
      throws SQLException {
    return with(
        migrations -> {
          migrations.downgrade(Math.abs(steps));
          print(migrations);
        });
  }

  @Command(description = "Show all migrations, applied and pending.")
  int history() throws SQLException {
    return with(Db::print);
  }

  @Command(description = "Show the last migration that was applied.")
  int current() throws SQLException {
    return with(
        migrations ->
            System.out.println(
                migrations.history().stream()
                    .filter(step -> step.appliedAt() != null)
                    .reduce((_, later) -> later)
                    .map(step -> step.id() + " " + step.name())
                    .orElse("nothing is applied")));
  }

  @Command(name = "new", description = "Write an empty migration into the sources.")
  int create(@Parameters(description = "what it does, in a few words") String name)
      throws IOException {
    if (!Files.isDirectory(SOURCES)) {
      System.err.println("There are no sources here; run this in a checkout of Potluck.");
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
