package potluck.gateway.meter;

import java.time.Duration;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.background.Periodic;

/**
 * Deletes usage rows and stored bodies older than the operator wants to keep, in small batches. The
 * totals of deleted rows are added to {@code usage_before} first, so that budgets and balances stay
 * right. One background thread.
 */
public final class Retention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final int BATCH = 5000;

  private final Jdbi jdbi;
  private final long days;
  private final long bodyDays;
  private final Runnable others;
  private final Periodic sweeper = new Periodic("retention", PERIOD, this::trySweep);
  private volatile boolean closed;

  /**
   * @param days days that usage rows are kept; 0 keeps them for ever
   * @param bodyDays days that request bodies are kept
   * @param others deletes old rows of other tables
   */
  public Retention(Jdbi jdbi, long days, long bodyDays, Runnable others) {
    this.others = others;
    this.jdbi = jdbi;
    this.days = days;
    this.bodyDays = bodyDays;
  }

  public void start() {
    sweeper.start();
  }

  private void trySweep() {
    try {
      sweep();
    } catch (RuntimeException e) {
      LOG.warn("could not delete old rows: {}", e.getMessage());
    }
  }

  /** Deletes everything that is too old. */
  public void sweep() {
    jdbi.useHandle(
        handle ->
            handle.execute(
                "DELETE FROM request_bodies WHERE at < now() - make_interval(days => ?)",
                (int) bodyDays));
    others.run();
    while (days > 0 && batch() == BATCH && !closed) {}
  }

  private int batch() {
    return jdbi.inTransaction(
        handle ->
            handle
                .createQuery(
                    """
                    WITH old AS (
                      DELETE FROM usage WHERE id IN (
                        SELECT id FROM usage WHERE created_at < now() - make_interval(days => :days)
                        ORDER BY created_at LIMIT :most)
                      RETURNING user_id, coalesce(key_id, 0) AS key_id, input_tokens + output_tokens AS tokens,
                        coalesce(cost_micros, 0) AS cost),
                    summed AS (
                      INSERT INTO usage_before (user_id, key_id, requests, tokens, cost)
                      SELECT user_id, key_id, count(*), sum(tokens), sum(cost) FROM old GROUP BY 1, 2
                      ON CONFLICT (user_id, key_id) DO UPDATE SET
                        requests = usage_before.requests + excluded.requests,
                        tokens = usage_before.tokens + excluded.tokens,
                        cost = usage_before.cost + excluded.cost)
                    SELECT count(*) FROM old
                    """)
                .bind("days", (int) days)
                .bind("most", BATCH)
                .mapTo(Integer.class)
                .one());
  }

  @Override
  public void close() {
    closed = true;
    sweeper.close();
  }
}
