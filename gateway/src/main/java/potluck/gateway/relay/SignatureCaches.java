package potluck.gateway.relay;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.SignatureCache;

/**
 * Keeps what must return to its maker for clients that drop it on the way: the seals of tool calls,
 * by caller and call. The oldest are forgotten first. Safe for use by many threads.
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

  /** The part of one user: nobody finds what another one's model said. */
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
