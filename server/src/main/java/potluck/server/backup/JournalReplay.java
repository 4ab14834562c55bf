package potluck.server.backup;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Vault;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Ledger;
import potluck.gateway.quota.Quotas;
import potluck.gateway.store.ChangeFeed;
import potluck.server.database.Database;
import potluck.server.database.UsageCopy;
import potluck.server.pricing.QuotaServices;
import potluck.server.settings.Settings;

/** Posts the journal of a node that is not running: a lost one, or one from a backup. */
public final class JournalReplay {
  private static final Duration TIMEOUT = Duration.ofMinutes(30);

  private JournalReplay() {}

  /**
   * Continues where that node had stopped, and skips what is posted already, so it can be repeated.
   * Requests that were running are posted as interrupted.
   *
   * @param journal a folder of segments; they are deleted, so pass copies
   * @param node that wrote it
   * @return number of new rows
   * @throws IllegalStateException if PostgreSQL does not accept it
   */
  public static long replay(Settings settings, Database database, Path journal, UUID node) {
    Jdbi jdbi = Jdbi.create(database.source());
    jdbi.registerArrayType(String.class, "text");
    ChangeFeed changes = new ChangeFeed(jdbi);
    Clock clock = Clock.systemUTC();
    Accounts accounts = new Accounts(jdbi, new Vault(settings.tokens().fernet(), clock), changes);
    Quotas quotas =
        QuotaServices.create(settings.values(), jdbi, changes, accounts, clock).quotas();
    UsageCopy copy = new UsageCopy();
    AtomicLong fresh = new AtomicLong();
    try (Journal open = Journal.open(journal);
        Ledger ledger =
            new Ledger(
                open,
                jdbi,
                (handle, rows) -> {
                  List<Ledger.Row> unknown = copy.findNew(handle, rows);
                  quotas.post(handle, copy.write(handle, unknown));
                  return () -> fresh.addAndGet(unknown.size());
                },
                node)) {
      ledger.start();
      if (!ledger.caughtUp(TIMEOUT)) {
        throw new IllegalStateException(
            "The journal was not posted within "
                + TIMEOUT.toMinutes()
                + " minutes; logs/app.log has the reason. It can be repeated.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted; it can be repeated.", e);
    }
    return fresh.get();
  }
}
