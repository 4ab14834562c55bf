package potluck.gateway.meter;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the price of a model. Among the entries that match a model, an entry for the account comes
 * first, then the longest pattern, then the latest date in effect. Thread-safe; the list is
 * replaced as a whole.
 */
public final class PriceList {
  private volatile List<Entry> entries;
  private final ConcurrentMap<String, List<Entry>> entriesByModel = new ConcurrentHashMap<>();

  /**
   * @param pattern a model's name; a {@code *} at the end matches any ending
   * @param account the id of the account it applies to; null for all
   */
  public record Entry(String pattern, @Nullable String account, Price price) {
    boolean matches(String model) {
      return pattern.endsWith("*")
          ? model.startsWith(pattern.substring(0, pattern.length() - 1))
          : model.equals(pattern);
    }
  }

  public PriceList(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /** Replaces the list. */
  public void replace(List<Entry> other) {
    entries = List.copyOf(other);
    entriesByModel.clear();
  }

  public List<Entry> entries() {
    return entries;
  }

  /**
   * The price of a model at a time; empty if unknown.
   *
   * @param model the provider's name; the part before a slash is the vendor
   */
  public Optional<Price> find(String model, @Nullable String account, Instant at) {
    @Nullable Entry best = null;
    for (Entry entry : entriesByModel(model)) {
      boolean applies = entry.account() == null || entry.account().equals(account);
      if (applies && !entry.price().from().isAfter(at) && (best == null || better(entry, best))) {
        best = entry;
      }
    }
    return Optional.ofNullable(best).map(Entry::price);
  }

  private List<Entry> entriesByModel(String model) {
    @Nullable List<Entry> known = entriesByModel.get(model);
    if (known != null) {
      return known;
    }
    String plain = model.substring(model.lastIndexOf('/') + 1);
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.matches(model) || entry.matches(plain)) {
        found.add(entry);
      }
    }
    if (entriesByModel.size() > 10_000) {
      entriesByModel.clear();
    }
    entriesByModel.put(model, found);
    return found;
  }

  private static boolean better(Entry one, Entry other) {
    if ((one.account() == null) != (other.account() == null)) {
      return one.account() != null;
    }
    int length = Integer.compare(one.pattern().length(), other.pattern().length());
    return length != 0 ? length > 0 : !one.price().from().isBefore(other.price().from());
  }
}
