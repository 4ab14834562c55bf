package potluck.gateway.relay;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;

/**
 * The way back to the caller. Its methods block while the caller is slow, and throw {@link
 * CallerGone} once the caller has gone away. Used by one thread, but for {@link #isCallerGone()}.
 */
public interface ResponseWriter {
  /**
   * Whether the head has been sent, perhaps with signs of life only: from then on an error can only
   * be an event of the stream.
   */
  boolean isCommitted();

  /** Whether the caller has gone away. May be asked by any thread. */
  boolean isCallerGone();

  /**
   * Why the answer will not be given, though the caller waits: its credential was revoked, or the
   * server stops. Null as long as it will. May be asked by any thread.
   */
  @Nullable Failure cancellation();

  /**
   * From now on, should the answer be long in coming, a sign of life may begin it with this head.
   */
  void allowKeepAlive(int status, Map<String, String> headers);

  /** From now on nothing begins the answer but {@link #start}: {@link #isCommitted} is stable. */
  void stopKeepAlive();

  /** The sign of life that suits what was written last; null for the usual one. */
  void setKeepAlive(byte @Nullable [] sign);

  /** Sends the head of an answer of unknown length, unless it has been sent. */
  void start(int status, Map<String, String> headers);

  /** Sends bytes of a begun answer at once. */
  void write(byte[] bytes, int length);

  /** Ends a begun answer properly. */
  void end();

  /** Sends a whole answer in one piece. */
  void sendComplete(int status, Map<String, String> headers, byte[] body, int length);

  /** Thrown where the caller's connection is gone. */
  final class CallerGone extends RuntimeException {
    public CallerGone(Throwable cause) {
      super("the caller has gone away", cause, false, false);
    }
  }
}
