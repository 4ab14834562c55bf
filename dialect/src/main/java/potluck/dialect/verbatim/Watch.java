package potluck.dialect.verbatim;

import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Span;

/**
 * What a dialect sees in bytes that pass by. It counts and judges; it never writes. One per answer,
 * used by one thread.
 */
public interface Watch {
  /** What a frame of a stream is. */
  enum Sight {
    /** Passes, but nothing of the answer is in it. */
    HANDSHAKE,
    /** Passes. */
    WORD,
    /** Does not pass: it is there because we asked for it. */
    HIDDEN,
    /** Passes, and the answer is complete. */
    LAST,
    /**
     * Passes at the end only, as all that follows: the answer may be complete, but the dialect has
     * no terminal event.
     */
    HELD,
    /** Does not pass: the upstream reports a failure. */
    FAILED
  }

  /** Looks at a frame that has data. */
  Sight frame(FrameReader frame);

  /** Looks at a whole answer: {@link Sight#LAST} or {@link Sight#FAILED}. */
  Sight whole(byte[] body);

  /** Whether the answer was whole, should the stream end here without its terminal event. */
  boolean mayEnd();

  /** What its dialect says at the end, for a stream that ended without it. */
  default byte[] closing() {
    return new byte[0];
  }

  /** Where a piece of JSON names the model, quotes included; null where it does not. */
  @Nullable Span model(byte[] json, int from, int to);

  /** Null unless the last sight was {@link Sight#FAILED}. */
  @Nullable Failure failure();

  /** See {@link potluck.dialect.Passage#pulse()}. */
  default byte @Nullable [] pulse() {
    return null;
  }

  Tokens tokens();

  /** See {@link potluck.dialect.Passage#reportedCost()}. */
  default long reportedCost() {
    return -1;
  }

  boolean counted();

  long textBytes();
}
