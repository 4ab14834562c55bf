package potluck.gateway.relay;

import java.util.Map;

/**
 * The way back to the caller. Its methods block while the caller is slow, and throw {@link
 * CallerGone} once the caller has gone away. Used by one thread, but for {@link #gone()}.
 */
public interface Reply {
  /** Whether a first byte has been sent: from then on nothing can be tried again. */
  boolean committed();

  /** Whether the caller has gone away. May be asked by any thread. */
  boolean gone();

  /** Sends the head of an answer of unknown length. */
  void begin(int status, Map<String, String> headers);

  /** Sends bytes of a begun answer at once. */
  void write(byte[] bytes, int length);

  /** Ends a begun answer properly. */
  void end();

  /** Sends a whole answer in one piece. */
  void whole(int status, Map<String, String> headers, byte[] body, int length);

  /** Thrown where the caller's connection is gone. */
  final class CallerGone extends RuntimeException {
    public CallerGone(Throwable cause) {
      super("the caller has gone away", cause, false, false);
    }
  }
}
