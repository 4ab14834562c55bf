package potluck.gateway.meter;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the price of a model. Among the entries that match a model, an entry for the account comes
 * first, then a complete name before patterns, then the longest pattern, then the latest date in
 * effect. Thread-safe; the list is replaced as a whole.
 */
public final class PriceList {
  private static final int MAX_MODELS = 10_000;

  private volatile Prices prices;

  /**
   * A list of prices, with the entries that match each model that was looked up.
   *
   * @param byModel a cache that belongs to these entries only, so that it never mixes two lists
   */
  private record Prices(List<Entry> entries, Cache<String, List<Entry>> byModel) {
    static Prices of(List<Entry> entries) {
      return new Prices(
          List.copyOf(entries), Caffeine.newBuilder().maximumSize(MAX_MODELS).build());
    }

    List<Entry> matching(String model) {
      @Nullable List<Entry> known = byModel.getIfPresent(model);
      return known == null ? byModel.get(model, this::match) : known;
    }

    private List<Entry> match(String model) {
      List<String> names = ModelNames.of(model);
      return entries.stream().filter(entry -> names.stream().anyMatch(entry::matches)).toList();
    }
  }

  /**
   * The price of a model, and of its variants.
   *
   * @param pattern a model's name; a {@code *} at the end adds its dated variants, such as {@code
   *     -2025-08-07}, {@code -20250807}, {@code -latest} and {@code @20250807}, and never another
   *     model whose name begins the same; {@code *} alone matches any model
   * @param account the id of the account it applies to; null for all
   * @param suffixes further endings of the name that cost the same; {@code *} for any ending
   */
  public record Entry(
      String pattern, @Nullable String account, List<String> suffixes, Price price) {
    public Entry {
      suffixes = List.copyOf(suffixes);
    }

    /** An entry without further endings. */
    public Entry(String pattern, @Nullable String account, Price price) {
      this(pattern, account, List.of(), price);
    }

    boolean matches(String model) {
      boolean dated = pattern.endsWith("*");
      String name = dated ? pattern.substring(0, pattern.length() - 1) : pattern;
      if (name.isEmpty() || model.equals(name)) {
        return true;
      }
      if (!model.startsWith(name)) {
        return false;
      }
      String ending = model.substring(name.length());
      return (dated && ModelNames.isDate(ending))
          || suffixes.stream().anyMatch(suffix -> matches(ending, suffix, dated));
    }

    private static boolean matches(String ending, String suffix, boolean dated) {
      return suffix.equals("*")
          || ending.equals(suffix)
          || (dated
              && ((ending.startsWith(suffix)
                      && ModelNames.isDate(ending.substring(suffix.length())))
                  || (ending.endsWith(suffix)
                      && ModelNames.isDate(
                          ending.substring(0, ending.length() - suffix.length())))));
    }

    /** A complete name is more specific than any pattern; of patterns, the longest. */
    int specificity() {
      return pattern.endsWith("*") ? pattern.length() - 1 : Integer.MAX_VALUE;
    }
  }

  public PriceList(List<Entry> entries) {
    this.prices = Prices.of(entries);
  }

  /** Replaces the list. */
  public void replace(List<Entry> other) {
    prices = Prices.of(other);
  }

  public List<Entry> entries() {
    return prices.entries();
  }

  /**
   * The price of a model at a time; empty if unknown.
   *
   * @param model the provider's name; the part before a slash is the vendor
   */
  public Optional<Price> find(String model, @Nullable String account, Instant at) {
    return findEntry(model, account, at).map(Entry::price);
  }

  /** The same, with the pattern that matched. */
  public Optional<Entry> findEntry(String model, @Nullable String account, Instant at) {
    @Nullable Entry best = null;
    for (Entry entry : prices.matching(model)) {
      boolean applies = entry.account() == null || entry.account().equals(account);
      if (applies && !entry.price().from().isAfter(at) && (best == null || better(entry, best))) {
        best = entry;
      }
    }
    return Optional.ofNullable(best);
  }

  private static boolean better(Entry one, Entry other) {
    if ((one.account() == null) != (other.account() == null)) {
      return one.account() != null;
    }
    int specificity = Integer.compare(one.specificity(), other.specificity());
    return specificity != 0 ? specificity > 0 : !one.price().from().isBefore(other.price().from());
  }
}
