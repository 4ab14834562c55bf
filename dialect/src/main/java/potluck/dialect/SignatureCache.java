package potluck.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Remembers the signature that an upstream attached to a tool call (Gemini's thought signature),
 * because some clients do not send it back. It is a cache and may forget entries. Implementations
 * are thread-safe and limited to one caller.
 */
public interface SignatureCache {
  /** A cache that stores nothing. */
  SignatureCache NONE =
      new SignatureCache() {
        @Override
        public void store(String callId, String value) {}

        @Override
        public @Nullable String find(String callId) {
          return null;
        }
      };

  /** Stores the signature of a tool call. */
  void store(String callId, String value);

  /** The signature of a tool call, or null if it is unknown or forgotten. */
  @Nullable String find(String callId);
}
