package potluck.dialect;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;

/**
 * Carries one answer from the upstream to the client: takes bytes as they arrive, returns the bytes
 * that may be sent, and counts tokens. One instance per attempt, for one thread.
 *
 * <p>Only complete frames are returned. The driver checks {@link #state()} after each call and
 * before it writes anything: after {@link State#FAILED} on the first frame another account can
 * still be tried, and at {@link State#COMPLETE} the meter reading must be durable before the last
 * bytes are sent.
 */
public interface Passage {
  /** How far the answer has come. */
  enum State {
    /** No content yet. Comments, pings and preamble events do not count as content. */
    WAITING,
    /** Content has arrived. */
    RUNNING,
    /** The terminal event has arrived; later bytes are ignored. */
    COMPLETE,
    /**
     * The upstream reported an error in band, or its answer is malformed or truncated. See {@link
     * #failure()}.
     */
    FAILED
  }

  /** Takes bytes that have arrived, and appends the bytes that may be sent to {@code out}. */
  void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out);

  /**
   * Signals the end of the upstream's body. The state becomes FAILED if no terminal event has
   * arrived: a truncated answer is never a complete one.
   */
  void end(ByteArrayOutputStream out);

  /** The current state; starts at {@link State#WAITING}. */
  State state();

  /** The reason, or null unless {@link #state()} is FAILED. */
  @Nullable Failure failure();

  /** What the provider has reported about tokens so far; {@link UsageReport#NONE} if nothing. */
  UsageReport usage();

  /** Whether text has arrived after the last report, so that {@link #usage()} does not count it. */
  boolean isUsageStale();

  /** The counts of {@link #usage()}. */
  default TokenUsage tokens() {
    return usage().tokens();
  }

  /** The cost that the provider reported, in micro-USD; -1 if it reported none. */
  default long reportedCost() {
    return -1;
  }

  /**
   * Bytes of model text returned so far, in UTF-8. The token count is estimated from them if the
   * provider reports none.
   */
  long textBytes();

  /**
   * Keep-alive bytes for the current position in the stream, such as an empty delta of the open
   * block. Null if {@link Dialect#keepAlive()} can be used.
   */
  default byte @Nullable [] keepAlive() {
    return null;
  }

  /** Content type for the client: {@code text/event-stream} or {@code application/json}. */
  String contentType();
}
