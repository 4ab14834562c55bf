package potluck.gateway.meter;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * Prices that an administrator has set, which go before those of the program and of the file. They
 * hold on every node within a second or two. Safe for use by many threads.
 */
public final class PriceStore {
  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final PriceList list;
  private final List<PriceList.Entry> defaults;

  /**
   * @param list holds the usual prices, and will hold these
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

  /** Reads them, and puts them first. */
  public synchronized void load() {
    List<PriceList.Entry> all = new ArrayList<>(defaults);
    all.addAll(PriceFile.read(readJson()));
    list.replace(all);
  }

  /** What an administrator has set, as a JSON list. */
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
   * Puts other prices in their place.
   *
   * @param json a list of entries, as {@link PriceFile} reads them
   * @throws IllegalArgumentException with what is wrong
   */
  public void replace(String json) {
    PriceFile.read(json);
    jdbi.useTransaction(
        handle -> {
          handle.execute("DELETE FROM prices");
          handle.execute(
              "INSERT INTO prices (entry) SELECT value FROM jsonb_array_elements(?::jsonb)", json);
          ChangeFeed.record(handle, Topic.PRICES, "all");
        });
    changes.announce(Topic.PRICES, "all");
  }
}
