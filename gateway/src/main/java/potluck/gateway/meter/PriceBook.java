package potluck.gateway.meter;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;

/**
 * Prices that an administrator has set, which go before those of the program and of the file. They
 * hold on every node within a second or two. Safe for use by many threads.
 */
public final class PriceBook {
  private final Jdbi jdbi;
  private final Changes changes;
  private final PriceList list;
  private final List<PriceList.Entry> usual;

  /**
   * @param list holds the usual prices, and will hold these
   */
  public PriceBook(Jdbi jdbi, Changes changes, PriceList list) {
    this.jdbi = jdbi;
    this.changes = changes;
    this.list = list;
    this.usual = list.entries();
    changes.listen(
        change -> {
          if (change.what() == What.PRICES) {
            load();
          }
        });
  }

  /** Reads them, and puts them first. */
  public synchronized void load() {
    List<PriceList.Entry> all = new ArrayList<>(usual);
    all.addAll(PriceFile.read(text()));
    list.replace(all);
  }

  /** What an administrator has set, as a JSON list. */
  public String text() {
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
          Changes.record(handle, What.PRICES, "all");
        });
    changes.announce(What.PRICES, "all");
  }
}
