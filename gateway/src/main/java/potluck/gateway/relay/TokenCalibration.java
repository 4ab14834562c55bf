package potluck.gateway.relay;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Corrects token estimates by the ratio of the true count to the estimate in the last answer of the
 * same conversation, or else of the same model. A conversation's history is sent again with each
 * turn, so its ratio is steady. Keeps at most 10,000 ratios. Thread-safe.
 */
final class TokenCalibration {
  private static final int MAX_ENTRIES = 10_000;
  private static final double MIN_RATIO = 0.2;
  private static final double MAX_RATIO = 5;

  private final Map<Key, Double> ratios =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Double> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  /**
   * A conversation of one user with one model; without a conversation, all requests for that model.
   */
  record Key(long user, String model, @Nullable String conversation) {
    Key ofModel() {
      return new Key(0, model, null);
    }
  }

  /** An estimate, corrected by what is known. */
  synchronized long apply(Key key, long estimate) {
    @Nullable Double ratio = ratios.get(key);
    if (ratio == null) {
      ratio = ratios.getOrDefault(key.ofModel(), 1.0);
    }
    return Math.max(1, Math.round(estimate * ratio));
  }

  /** Records the true count for an estimate. */
  synchronized void record(Key key, long estimate, long actual) {
    if (estimate > 0 && actual > 0) {
      double ratio = Math.clamp((double) actual / estimate, MIN_RATIO, MAX_RATIO);
      ratios.put(key, ratio);
      ratios.put(key.ofModel(), ratio);
    }
  }
}
