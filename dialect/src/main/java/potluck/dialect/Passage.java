package potluck.dialect;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.TokenUsage;

/**
 * The way of one answer from upstream to client: bytes go in as they arrive, bytes come out as they
 * may leave, and tokens are counted in passing. One per attempt, used by one thread.
 *
 * <p>Only whole frames leave. Whoever drives it looks at {@link #state()} after each call, before
 * anything is written: an {@link State#FAILED} first frame can still go to another account, and
 * with {@link State#COMPLETE} the reading must be durable before the last bytes are sent.
 */
public interface Passage {
  enum State {
    /** Nothing of substance has come yet (comments, pings and handshakes do not count). */
    WAITING,
    /** The answer is under way. */
    RUNNING,
    /** The terminal event has come; what follows is ignored. */
    COMPLETE,
    /**
     * The upstream reported a failure in band, or broke its own grammar: see {@link #failure()}.
     */
    FAILED
  }

  /** Takes what has arrived; appends what may leave to {@code out}. */
  void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out);

  /**
   * The upstream's body has ended. Without a terminal event before, the state becomes FAILED: a cut
   * is never a clean end.
   */
  void end(ByteArrayOutputStream out);

  State state();

  /** Null unless {@link #state()} is FAILED. */
  @Nullable Failure failure();

  /** What the provider reported so far; {@link TokenUsage#NONE} where it reported nothing. */
  TokenUsage tokens();

  /** What the provider says that it cost, in micro-USD; -1 where it says nothing. */
  default long reportedCost() {
    return -1;
  }

  /** Whether {@link #tokens()} are the provider's own numbers. */
  boolean usageReported();

  /**
   * Bytes of model text that left so far: what an estimate is made from when nothing was reported.
   */
  long textBytes();

  /**
   * A sign of life that suits where the stream stands, such as an empty piece of the open block;
   * null where the dialect's usual one will do.
   */
  default byte @Nullable [] keepAlive() {
    return null;
  }

  /** {@code text/event-stream} or {@code application/json}, for the client. */
  String contentType();
}
