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
    description = "Hold balances against the ledger's entries; post a lost node's journal.",
    mixinStandardHelpOptions = true)
final class LedgerCommand {
  @Command(description = "Check that every balance is the sum of its entries; 1 where one is not.")
  int verify() throws SQLException {
    Settings settings = PotluckCommand.settings();
    PotluckCommand.startLog(settings);
    try (Database database = Database.forCommand(settings)) {
      List<String> wrong = new LedgerQueries(Jdbi.create(database.forReports())).verify();
      if (wrong.isEmpty()) {
        System.out.println("The ledger adds up / 账目一致");
        return 0;
      }
      wrong.forEach(System.out::println);
      return 1;
    }
  }

  @Command(
      description =
          "Post the journal of a node that never comes back. Nothing in DIR is changed, and what is"
              + " posted already is passed over.")
  int post(
      @Parameters(paramLabel = "DIR", description = "its data folder, or the journal in it")
          Path folder,
      @Option(
              names = "--node",
              description = "its name: what stands in data/secrets/node, where that is not in DIR")
          @Nullable UUID node)
      throws IOException, SQLException {
    Path journal =
        Files.isDirectory(folder.resolve("journal")) ? folder.resolve("journal") : folder;
    UUID whose = node == null ? readNodeId(journal) : node;
    if (Journal.inUse(journal)) {
      throw new IllegalStateException(
          "a program works on " + journal + ": it posts its journal itself");
    }
    Settings settings = PotluckCommand.settings();
    PotluckCommand.startLog(settings);
    try (JournalCopy copy = JournalCopy.of(journal);
        Database database = Database.forCommand(settings)) {
      if (copy.segments().isEmpty()) {
        throw new IllegalStateException("there is no journal in " + folder);
      }
      long posted = JournalReplay.replay(settings, database, copy.folder(), whose);
      System.out.printf("%d rows of node %s were posted / 已入账%n", posted, whose);
    }
    return 0;
  }

  private static UUID readNodeId(Path journal) throws IOException {
    Path file = journal.toAbsolutePath().resolveSibling("secrets").resolve("node");
    if (!Files.isReadable(file)) {
      throw new IllegalStateException(
          "which node wrote it? "
              + file
              + " is not there; give its text with --node, so that nothing is posted twice");
    }
    return UUID.fromString(Files.readString(file).strip());
  }
}
