package potluck.server.command;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import picocli.CommandLine.Command;
import potluck.gateway.quota.Accounting;
import potluck.server.database.Database;
import potluck.server.log.Logging;
import potluck.server.settings.Settings;

/** {@code ./potluck ledger}: whether the money adds up. */
@Command(
    name = "ledger",
    description = "Hold balances against the ledger's entries.",
    mixinStandardHelpOptions = true)
final class LedgerCommand {
  @Command(description = "Check that every balance is the sum of its entries; 1 where one is not.")
  int verify() throws SQLException {
    Settings settings = Potluck.settings();
    Logging.start(settings.logs(), Path.of("logs/app.log"));
    try (Database database = Database.open(settings)) {
      List<String> wrong = new Accounting(Jdbi.create(database.source())).verify();
      if (wrong.isEmpty()) {
        System.out.println("The ledger adds up / 账目一致");
        return 0;
      }
      wrong.forEach(System.out::println);
      return 1;
    }
  }
}
