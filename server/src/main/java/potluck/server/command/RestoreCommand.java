package potluck.server.command;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Jdbi;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import potluck.gateway.meter.Journal;
import potluck.gateway.quota.LedgerQueries;
import potluck.server.backup.BackupManifest;
import potluck.server.backup.DoctorChecks;
import potluck.server.backup.JournalCopy;
import potluck.server.backup.JournalReplay;
import potluck.server.backup.Restore;
import potluck.server.backup.ServerKeys;
import potluck.server.database.Database;
import potluck.server.settings.Settings;

/** {@code ./potluck restore}: restores a backup and checks it. */
@Command(
    name = "restore",
    description = "Restore a backup into the database, and check it.",
    mixinStandardHelpOptions = true)
final class RestoreCommand implements Callable<Integer> {
  @Parameters(description = "a file that ./potluck backup made")
  private Path file = Path.of("");

  @Option(names = "--replace", description = "delete what is in the database")
  private boolean replace;

  @Override
  public Integer call() throws IOException, SQLException {
    Settings settings = PotluckCommand.settings();
    PotluckCommand.startLog(settings);
    requireStopped(settings);
    try (Restore restore = Restore.open(file)) {
      BackupManifest manifest = restore.manifest();
      try (Database database = Database.forCommand(settings)) {
        requireNoOtherNodes(database);
        restore.restoreInto(database, replace);
        Map<String, String> secrets = restore.secrets();
        if (!secrets.isEmpty()) {
          ServerKeys.restore(settings.home(), secrets);
        }
        long posted = replayJournal(restore, settings, database);
        System.out.printf(
            CommandText.of(
                "%s of %s: %d tables and %d rows were restored, %d more from the journal%n",
                "%s（%s）：已恢复 %d 个表、%d 行，另有 %d 行来自流水%n"),
            file,
            manifest.madeAt(),
            manifest.tables().size(),
            manifest.rows(),
            posted);
        System.out.println(
            secrets.isEmpty()
                ? CommandText.of(
                    "This backup has no keys: the keys of this server are used.",
                    "备份不含密钥，使用本服务器的密钥。")
                : CommandText.of(
                    "The keys are in data/secrets; earlier ones are kept beside them.",
                    "密钥已恢复到 data/secrets，原有密钥保留在旁边。"));
        return verify(database);
      }
    }
  }

  static void requireStopped(Settings settings) throws IOException {
    if (Journal.inUse(settings.home().resolve("journal"))) {
      throw new IllegalStateException(
          CommandText.of(
              "Potluck is running on "
                  + settings.home()
                  + "; stop it first, and start it again afterwards",
              "Potluck 正在使用 " + settings.home() + "；请先停止它，完成后再启动"));
    }
  }

  /** Nodes on other machines are known only by their database connections. */
  static void requireNoOtherNodes(Database database) throws SQLException {
    int others = database.countOtherNodes();
    if (others > 0) {
      throw new IllegalStateException(
          CommandText.of(
              "Potluck is running on this database (" + others + " nodes); stop every node first",
              "Potluck 正在使用此数据库（" + others + " 个节点）；请先停止所有节点"));
    }
  }

  private static long replayJournal(Restore restore, Settings settings, Database database)
      throws IOException {
    if (restore.manifest().journal().isEmpty()) {
      return 0;
    }
    try (JournalCopy journal = JournalCopy.empty()) {
      restore.journal(journal.folder());
      return JournalReplay.replay(
          settings, database, journal.folder(), UUID.fromString(restore.manifest().node()));
    }
  }

  private static int verify(Database database) {
    List<String> wrong = new LedgerQueries(Jdbi.create(database.forReports())).verify();
    wrong.forEach(System.out::println);
    System.out.println(
        wrong.isEmpty()
            ? CommandText.of("The ledger adds up", "账目一致")
            : CommandText.of("The ledger does not add up", "账目不一致"));
    // With the keys that have just been restored.
    List<DoctorChecks.Finding> keys =
        DoctorChecks.keys(database, PotluckCommand.settings().tokens());
    keys.stream().filter(finding -> !finding.well()).forEach(DoctorCommand::print);
    return wrong.isEmpty() && keys.stream().allMatch(DoctorChecks.Finding::well) ? 0 : 1;
  }
}
