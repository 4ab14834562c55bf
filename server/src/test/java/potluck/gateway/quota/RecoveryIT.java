package potluck.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.database.Database;
import potluck.server.database.Migrations;
import potluck.server.settings.Settings;

/**
 * Ten thousand hours of recovery, with clocks that jump and looks that come at any time: each hour
 * is credited once, however often anybody asks.
 */
class RecoveryIT {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long RATE = 400_000;
  private static final QuotaRules RULES =
      new QuotaRules(true, Duration.ZERO, 0, 0, 1_000_000, RATE, 4096);

  @TempDir Path folder;

  @Test
  void hourIsCreditedOnce() throws SQLException {
    try (Database database = Database.open(Settings.load(Map.of(), folder))) {
      new Migrations(database.source()).upgrade();
      Jdbi jdbi = Jdbi.create(database.source());
      QuotaStore book = new QuotaStore(jdbi, RULES);
      Random random = new Random(7);
      now(jdbi, START);
      // A ceiling that is never reached, so that every credited hour shows.
      jdbi.useTransaction(
          handle -> book.change(handle, 1, "m", 0, 10_000_000_000_000L, RATE, "test"));
      Instant now = START;
      Instant latest = START;
      long spent = 0;
      while (Duration.between(START, latest).toHours() < 10_000) {
        now = now.plusSeconds(random.nextInt(72 * 3600));
        latest = now.isAfter(latest) ? now : latest;
        if (random.nextInt(10) == 0) {
          now = now.minusSeconds(random.nextInt(2 * 3600));
        }
        now(jdbi, now);
        long amount = random.nextInt(1000);
        spent += amount;
        if (random.nextInt(3) == 0) {
          // Another node, or one that was started again, looks at the same time.
          jdbi.useTransaction(handle -> new QuotaStore(jdbi, RULES).accrue(handle, 1, "m"));
        }
        jdbi.useTransaction(handle -> book.charge(handle, 1, "m", amount));
      }
      now(jdbi, latest);
      Quota.Posted end = jdbi.inTransaction(handle -> book.accrue(handle, 1, "m"));
      long hours = Duration.between(START, latest).toHours();
      assertThat(hours).isGreaterThanOrEqualTo(10_000);
      assertThat(end.balance()).isEqualTo(hours * RATE - spent);
      assertThat(end.recoveredAt()).isEqualTo(START.plus(Duration.ofHours(hours)));
    }
  }

  private static void now(Jdbi jdbi, Instant at) {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE"
                    + " RETURN timestamptz '"
                    + at
                    + "'"));
  }
}
