package potluck.server.command;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import potluck.gateway.account.Vault;
import potluck.server.database.Database;
import potluck.server.exporting.FullExport;
import potluck.server.exporting.OwnerOnlyFile;
import potluck.server.exporting.UserExport;
import potluck.server.settings.Settings;

/** {@code ./potluck export}: the data for other programs, without secrets. */
@Command(
    name = "export",
    description = "Export the data for other programs; it contains no secrets.",
    mixinStandardHelpOptions = true)
final class ExportCommand {
  /** The format of files. */
  enum Format {
    csv,
    jsonl
  }

  private interface DatabaseTask {
    int run(Settings settings, Database database) throws IOException, SQLException;
  }

  private static int withDatabase(DatabaseTask work) throws IOException, SQLException {
    Settings settings = PotluckCommand.settingsOfExistingServer();
    PotluckCommand.startLog(settings);
    LogSilencer.silence();
    try (Database database = Database.forCommand(settings)) {
      SchemaCheck.requireCurrent(database);
      return work.run(settings, database);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException(
          e.getFile() + CommandText.of(" already exists and is not replaced", " 已存在，不会覆盖"));
    }
  }

  @Command(description = "Everything about one user, as JSON.")
  int user(
      @Parameters(paramLabel = "NAME", description = "the user's name or id") String name,
      @Parameters(
              paramLabel = "FILE",
              arity = "0..1",
              description = "the file to create; without it, or with -, standard output")
          @Nullable Path file)
      throws IOException, SQLException {
    return withDatabase(
        (settings, database) -> {
          UserExport export =
              new UserExport(
                  Jdbi.create(database.forReports()),
                  new Vault(settings.tokens().fernet(), Clock.systemUTC()));
          long id =
              export
                  .find(name)
                  .orElseThrow(
                      () ->
                          new IllegalStateException(
                              CommandText.of("there is no user '", "没有此用户：'") + name + "'"));
          if (file == null || file.toString().equals("-")) {
            export.write(id, System.out);
            System.out.println();
          } else {
            OwnerOnlyFile.create(file, out -> export.write(id, out));
            System.out.println(
                file + CommandText.of(": exported everything about user ", "：已导出用户的全部数据，用户 ") + id);
          }
          return 0;
        });
  }

  @Command(description = "All data, one file per table.")
  int all(
      @Parameters(paramLabel = "FOLDER", description = "the folder to create") Path folder,
      @Option(
              names = "--format",
              defaultValue = "csv",
              description = "${COMPLETION-CANDIDATES}; csv")
          Format format)
      throws IOException, SQLException {
    return withDatabase(
        (_, database) -> {
          new FullExport(database)
              .write(
                  folder,
                  format == Format.csv ? FullExport.FileFormat.CSV : FullExport.FileFormat.JSONL,
                  (table, rows) -> System.out.printf("%-20s %,12d%n", table, rows));
          System.out.println(
              CommandText.of(
                  "The files contain no secrets and cannot be restored; use ./potluck backup for that.",
                  "文件不含密钥，不能用于恢复；备份请使用 ./potluck backup。"));
          return 0;
        });
  }
}
