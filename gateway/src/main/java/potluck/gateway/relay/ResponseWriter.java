package potluck.gateway.relay;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;

/**
 * Writes the answer to the caller. Its methods block while the caller is slow, and throw {@link
 * CallerGone} after the caller went away. Used by one thread, except for {@link #isCallerGone} and
 * {@link #cancellation}.
 */
public interface ResponseWriter {
  /**
   * Whether the head has been sent, perhaps only with keep-alives. After that an error can only be
   * an event of the stream.
   */
  boolean isCommitted();

  /** Whether the caller went away. Thread-safe. */
  boolean isCallerGone();

  /**
   * Why the answer will not be given although the caller waits: its credential was revoked, or the
   * server stops. Null otherwise. Thread-safe.
   */
  @Nullable Failure cancellation();

  /** From now on, a keep-alive may start the answer with this head if the answer takes long. */
  void allowKeepAlive(int status, Map<String, String> headers);

  /**
   * From now on only {@link #start} starts the answer, so {@link #isCommitted} no longer changes by
   * itself.
   */
  void stopKeepAlive();

  /** The keep-alive that fits after what was written last; null for the default. */
  void setKeepAlive(byte @Nullable [] sign);

  /** Sends the head of an answer of unknown length unless it has been sent. */
  void start(int status, Map<String, String> headers);

  /** Sends bytes of a started answer at once. */
  void write(byte[] bytes, int length);

  /** Ends a started answer. */
  void end();

  /** Sends a complete answer in one piece. */
  void sendComplete(int status, Map<String, String> headers, byte[] body, int length);

  /** Thrown if the caller's connection is closed. */
  final class CallerGone extends RuntimeException {
    public CallerGone(Throwable cause) {
      super("the caller has gone away", cause, false, false);
    }
  }
}
