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
import potluck.server.backup.LastBackup;
import potluck.server.backup.ServerKeys;
import potluck.server.database.Database;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Settings;

/** {@code ./potluck backup}: everything in one file, while the server runs. */
@Command(
    name = "backup",
    description = "Write everything into one file, while the server runs.",
    mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {
  @Parameters(description = "the file to create, such as potluck.zip")
  private Path file = Path.of("");

  @Option(
      names = "--with-secrets",
      description = "include the keys that decrypt credentials and check passwords")
  private boolean withSecrets;

  @Override
  public Integer call() throws IOException, SQLException {
    Settings settings = PotluckCommand.settingsOfExistingServer();
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
      LastBackup.record(database, file.toAbsolutePath(), manifest.madeAt());
    }
    System.out.printf(
        CommandText.of(
            "%s: %d tables, %d rows, schema %s, %d journal segments%n",
            "%s：%d 个表、%d 行，结构版本 %s，%d 个流水段%n"),
        file,
        manifest.tables().size(),
        manifest.rows(),
        manifest.steps().getLast(),
        manifest.journal().size());
    System.out.println(
        withSecrets
            ? CommandText.of(
                "The backup contains the keys: anybody who has this file can read every credential.",
                "备份包含密钥：得到此文件的人可以读取所有凭据，请妥善保管。")
            : CommandText.of(
                "The backup does not contain the keys. Without data/secrets (or JWT_SECRET_KEY and PLUGIN_API_ENCRYPTION_KEY)\nno credential can be decrypted and no password or API key works: back them up separately, or use --with-secrets.",
                "备份不含密钥。没有 data/secrets（或 JWT_SECRET_KEY 和 PLUGIN_API_ENCRYPTION_KEY）就无法解密凭据，\n密码和 API 密钥也无法使用：请另行保存，或使用 --with-secrets。"));
    return 0;
  }
}
