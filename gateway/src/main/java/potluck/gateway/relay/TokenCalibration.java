package potluck.gateway.relay;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a rule of thumb for tokens is off by: the ratio of the true count to the guess, as the last
 * answers showed it, by conversation, else by model. A conversation's history is sent again with
 * each turn, so the ratio is steady. The oldest are forgotten first. Safe for use by many threads.
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

  /** A conversation of one user with one model; without a conversation, all with that model. */
  record Key(long user, String model, @Nullable String conversation) {
    Key ofModel() {
      return new Key(0, model, null);
    }
  }

  /** A guess, put right by what is known. */
  synchronized long apply(Key key, long guess) {
    @Nullable Double ratio = ratios.get(key);
    if (ratio == null) {
      ratio = ratios.getOrDefault(key.ofModel(), 1.0);
    }
    return Math.max(1, Math.round(guess * ratio));
  }

  /** The truth about a guess that was made. */
  synchronized void record(Key key, long guess, long truth) {
    if (guess > 0 && truth > 0) {
      double ratio = Math.clamp((double) truth / guess, MIN_RATIO, MAX_RATIO);
      ratios.put(key, ratio);
      ratios.put(key.ofModel(), ratio);
    }
  }
}
