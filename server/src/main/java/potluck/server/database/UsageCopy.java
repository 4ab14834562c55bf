package potluck.server.database;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.UsageCopyFormat;
import potluck.gateway.quota.QuotaCharge;

/**
 * Posts usage with COPY into a temporary table and from there into the real one, which skips rows
 * that exist. For one thread.
 */
public final class UsageCopy {
  private static final String ENTRIES =
      """
      legs AS (INSERT INTO entries (transfer, book, user_id, model_group, amount, why, at)
        SELECT request_id, 'user', user_id, model_group, -taken, 'used', created_at
          FROM fresh WHERE taken > 0
        UNION ALL
        SELECT request_id, 'pool', user_id, model_group, taken, 'used', created_at
          FROM fresh WHERE taken > 0)
      """;

  /**
   * Rows that are not posted yet. Rows that retention deleted still have their entries.
   *
   * @param rows at least one
   */
  public List<Ledger.Row> findNew(Handle handle, List<Ledger.Row> rows) {
    Set<UUID> known =
        handle
            .createQuery(
                "SELECT request_id FROM usage WHERE request_id IN (<ids>)"
                    + " UNION SELECT transfer FROM entries WHERE transfer IN (<ids>)")
            .bindList("ids", rows.stream().map(row -> row.intent().requestId()).toList())
            .mapTo(UUID.class)
            .set();
    return rows.stream().filter(row -> !known.contains(row.intent().requestId())).toList();
  }

  /**
   * Posts rows, and the two entries for what each takes from a quota.
   *
   * @return what the new rows take, by user and model group
   */
  public List<QuotaCharge> write(Handle handle, List<Ledger.Row> rows) {
    handle.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS usage_batch ON COMMIT DELETE ROWS AS SELECT "
            + UsageCopyFormat.COLUMNS
            + " FROM usage WHERE false");
    try {
      CopyManager copy = handle.getConnection().unwrap(PGConnection.class).getCopyAPI();
      copy.copyIn(
          "COPY usage_batch (" + UsageCopyFormat.COLUMNS + ") FROM STDIN",
          new StringReader(UsageCopyFormat.format(rows)));
    } catch (SQLException e) {
      throw new IllegalStateException("A batch of usage was not accepted: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return handle
        .createQuery(
            "WITH fresh AS (INSERT INTO usage ("
                + UsageCopyFormat.COLUMNS
                + ") SELECT "
                + UsageCopyFormat.COLUMNS
                + " FROM usage_batch ON CONFLICT (request_id) DO NOTHING"
                + " RETURNING request_id, user_id, model_group, quota_consumed AS taken, created_at), "
                + ENTRIES
                + " SELECT user_id, model_group, sum(taken)::bigint FROM fresh WHERE taken > 0"
                + " GROUP BY 1, 2 ORDER BY 1, 2")
        .map((rs, _) -> new QuotaCharge(rs.getLong(1), rs.getString(2), rs.getLong(3)))
        .list();
  }
}
