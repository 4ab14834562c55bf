package potluck.gateway.relay;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.SignatureCache;

/**
 * Thought signatures by user and tool call, for clients that drop them although the provider wants
 * them back. Keeps at most 20,000 signatures of up to 64 KiB. Thread-safe.
 */
final class SignatureCaches {
  private static final int MAX_ENTRIES = 20_000;
  private static final int MAX_VALUE_CHARS = 64 << 10;

  private final Map<Key, String> kept =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, String> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  private record Key(long user, String call) {}

  /** The signatures of one user; nobody can read those of another. */
  SignatureCache forUser(long user) {
    return new SignatureCache() {
      @Override
      public void store(String callId, String value) {
        if (value.length() <= MAX_VALUE_CHARS) {
          put(new Key(user, callId), value);
        }
      }

      @Override
      public @Nullable String find(String callId) {
        return get(new Key(user, callId));
      }
    };
  }

  private synchronized void put(Key key, String value) {
    kept.put(key, value);
  }

  private synchronized @Nullable String get(Key key) {
    return kept.get(key);
  }
}
