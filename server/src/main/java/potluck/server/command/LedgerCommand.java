package potluck.server.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import potluck.gateway.meter.Journal;
import potluck.gateway.quota.LedgerQueries;
import potluck.server.backup.JournalCopy;
import potluck.server.backup.JournalReplay;
import potluck.server.database.Database;
import potluck.server.settings.Settings;

/** {@code ./potluck ledger}: checks the ledger, and posts the journal of a lost node. */
@Command(
    name = "ledger",
    description = "Check the ledger; post the journal of a lost node.",
    mixinStandardHelpOptions = true)
final class LedgerCommand {
  @Command(
      description =
          "Check that every balance is the sum of its entries; exit status 1 if one is not.")
  int verify() throws SQLException {
    Settings settings = PotluckCommand.settingsOfExistingServer();
    PotluckCommand.startLog(settings);
    try (Database database = Database.forCommand(settings)) {
      List<String> wrong = new LedgerQueries(Jdbi.create(database.forReports())).verify();
      if (wrong.isEmpty()) {
        System.out.println(CommandText.of("The ledger adds up", "账目一致"));
        return 0;
      }
      wrong.forEach(System.out::println);
      return 1;
    }
  }

  @Command(
      description =
          "Post the journal of a node that will not come back. DIR is not changed, and rows that are posted already are skipped.")
  int post(
      @Parameters(paramLabel = "DIR", description = "the node's data folder, or the journal in it")
          Path folder,
      @Option(
              names = "--node",
              description =
                  "the node's id: the content of data/secrets/node, if that file is not in DIR")
          @Nullable UUID node)
      throws IOException, SQLException {
    Path journal =
        Files.isDirectory(folder.resolve("journal")) ? folder.resolve("journal") : folder;
    UUID nodeId = node == null ? readNodeId(journal) : node;
    if (Journal.inUse(journal)) {
      throw new IllegalStateException(
          "a running program uses " + journal + "; it posts its journal itself");
    }
    Settings settings = PotluckCommand.settingsOfExistingServer();
    PotluckCommand.startLog(settings);
    try (JournalCopy copy = JournalCopy.of(journal);
        Database database = Database.forCommand(settings)) {
      if (copy.segments().isEmpty()) {
        throw new IllegalStateException("there is no journal in " + folder);
      }
      long posted = JournalReplay.replay(settings, database, copy.folder(), nodeId);
      System.out.printf(
          CommandText.of("%d rows of node %s were posted%n", "已入账 %d 行，来自节点 %s%n"), posted, nodeId);
    }
    return 0;
  }

  private static UUID readNodeId(Path journal) throws IOException {
    Path file = journal.toAbsolutePath().resolveSibling("secrets").resolve("node");
    if (!Files.isReadable(file)) {
      throw new IllegalStateException(
          "which node wrote it? "
              + file
              + " does not exist; give the node's id with --node, so that nothing is posted twice");
    }
    return UUID.fromString(Files.readString(file).strip());
  }
}
