package potluck.dialect;

import org.jspecify.annotations.Nullable;

/**
 * Remembers what an upstream attached to a tool call and a client will not bring back (Gemini's
 * thought signature), by the id of the call. It is a cache: it may forget. Thread-safe.
 */
public interface SignatureCache {
  /** Remembers nothing. */
  SignatureCache NONE =
      new SignatureCache() {
        @Override
        public void store(String callId, String value) {}

        @Override
        public @Nullable String find(String callId) {
          return null;
        }
      };

  /** Remembers a value, in the scope of one caller. */
  void store(String callId, String value);

  /** The value, or null where it is not known any more. */
  @Nullable String find(String callId);
}
