package potluck.server.database;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import potluck.gateway.meter.CopyText;
import potluck.gateway.meter.Ledger;

/**
 * Posts usage by COPY, into a table of the transaction's own and from there into the real one,
 * which passes over what it has. Used by one thread.
 */
public final class UsageCopy implements Ledger.Sink {
  @Override
  public void write(Handle handle, List<Ledger.Row> rows) {
    handle.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS usage_batch ON COMMIT DELETE ROWS AS SELECT "
            + CopyText.COLUMNS
            + " FROM usage WHERE false");
    try {
      CopyManager copy = handle.getConnection().unwrap(PGConnection.class).getCopyAPI();
      copy.copyIn(
          "COPY usage_batch (" + CopyText.COLUMNS + ") FROM STDIN",
          new StringReader(CopyText.of(rows)));
    } catch (SQLException e) {
      throw new IllegalStateException("a batch of usage was not taken: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    handle.execute(
        "INSERT INTO usage ("
            + CopyText.COLUMNS
            + ") SELECT "
            + CopyText.COLUMNS
            + " FROM usage_batch ON CONFLICT (request_id) DO NOTHING");
  }
}
