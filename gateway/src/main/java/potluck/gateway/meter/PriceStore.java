package potluck.gateway.meter;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Prices set by an administrator. They take precedence over the shipped prices and the price file,
 * and apply on every node within two seconds. Thread-safe.
 */
public final class PriceStore {
  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final PriceList list;
  private final List<PriceList.Entry> defaults;

  /**
   * @param list contains the default prices; the administrator's prices are added to it
   */
  public PriceStore(Jdbi jdbi, ChangeFeed changes, PriceList list) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.list = list;
    this.defaults = list.entries();
    changes.listen(
        change -> {
          if (change.topic() == Topic.PRICES) {
            load();
          }
        });
  }

  /** Reads the administrator's prices and adds them to the list. */
  public synchronized void load() {
    List<PriceList.Entry> all = new ArrayList<>(defaults);
    all.addAll(PriceFile.read(readJson()));
    list.replace(all);
  }

  /** The administrator's prices as a JSON list. */
  public String readJson() {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT coalesce(jsonb_agg(entry ORDER BY id), '[]')::text FROM prices")
                .mapTo(String.class)
                .one());
  }

  /**
   * Replaces the administrator's prices.
   *
   * @param json a list of entries, as {@link PriceFile} reads them
   * @throws IllegalArgumentException with what is wrong, for people
   */
  public void replace(String json) {
    PriceFile.read(json);
    changes.useTransaction(
        Topic.PRICES,
        "all",
        handle -> {
          handle.execute("DELETE FROM prices");
          handle.execute(
              "INSERT INTO prices (entry) SELECT value FROM jsonb_array_elements(?::jsonb)", json);
        });
  }
}
