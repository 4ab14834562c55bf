package potluck.server.command;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import potluck.server.backup.Backup;
import potluck.server.backup.BackupManifest;
import potluck.server.backup.JournalCopy;
import potluck.server.backup.ServerKeys;
import potluck.server.database.Database;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Settings;

/** {@code ./potluck backup}: everything in one file, while the server runs. */
@Command(
    name = "backup",
    description = "Write all that the house has into one file, while it runs.",
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  @Parameters(description = "the file to make, such as potluck.zip")
  private Path file = Path.of("");

  @Option(
      names = "--with-secrets",
      description = "put the keys in too that open credentials and check passwords")
  private boolean withSecrets;

  @Override
  public Integer call() throws IOException, SQLException {
    Settings settings = PotluckCommand.settings();
    PotluckCommand.startLog(settings);
    BackupManifest manifest;
    try (Database database = Database.forCommand(settings)) {
      manifest =
          new Backup(database, PotluckCommand.VERSION)
              .write(
                  file.toAbsolutePath(),
                  new Backup.NodeFiles(
                      new SecretFiles(settings.home()).node().toString(),
                      JournalCopy.segments(settings.home().resolve("journal")),
                      withSecrets ? ServerKeys.texts(settings.tokens()) : Map.of()));
    }
    System.out.printf(
        "%s: %d tables, %d rows, schema %s, %d pieces of the journal / 备份完成%n",
        file,
        manifest.tables().size(),
        manifest.rows(),
        manifest.steps().getLast(),
        manifest.journal().size());
    System.out.println(
        withSecrets
            ? "The keys are in it: whoever has this file can read every credential. / 备份包含密钥，请妥善保管"
            : "The keys are not in it. Without data/secrets (or JWT_SECRET_KEY and"
                + " PLUGIN_API_ENCRYPTION_KEY)\nno credential can be read and no password or API key"
                + " is right: keep them apart, or use --with-secrets. / 备份不含密钥，请另行保存 data/secrets");
    return 0;
  }
}
