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
public abstract class Watch {
  private Tokens tokens = Tokens.NONE;
  private boolean counted;
  private long textBytes;
  private @Nullable Failure failure;

  /** What a frame of a stream is. */
  public enum Sight {
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
  public abstract Sight frame(FrameReader frame);

  /** Looks at a whole answer: {@link Sight#LAST} or {@link Sight#FAILED}. */
  public abstract Sight whole(byte[] body);

  /** Whether the answer was whole, should the stream end here without its terminal event. */
  public abstract boolean mayEnd();

  /** What its dialect says at the end, for a stream that ended without it. */
  public byte[] closing() {
    return new byte[0];
  }

  /** Where a piece of JSON names the model, quotes included; null where it does not. */
  public abstract @Nullable Span model(byte[] json, int from, int to);

  /** Null unless the last sight was {@link Sight#FAILED}. */
  public @Nullable Failure failure() {
    return failure;
  }

  /** See {@link potluck.dialect.Passage#pulse()}. */
  public byte @Nullable [] pulse() {
    return null;
  }

  /** What the upstream says that it was, so far. */
  public Tokens tokens() {
    return tokens;
  }

  /** See {@link potluck.dialect.Passage#reportedCost()}. */
  public long reportedCost() {
    return -1;
  }

  /** See {@link potluck.dialect.Passage#counted()}. */
  public boolean counted() {
    return counted;
  }

  /** See {@link potluck.dialect.Passage#textBytes()}. */
  public long textBytes() {
    return textBytes;
  }

  /** Takes in a piece of usage that the upstream reports. */
  protected void count(Tokens read) {
    counted |= read.total() > 0;
    tokens = tokens.then(read);
  }

  /** Takes in text that has passed, in bytes. */
  protected void text(long bytes) {
    textBytes += bytes;
  }

  protected Sight failed(Failure reason) {
    failure = reason;
    return Sight.FAILED;
  }

  /** For a whole answer that is something else. */
  protected Sight noObject() {
    return failed(Failure.of(Failure.Kind.UPSTREAM, "The upstream's answer is not a JSON object."));
  }
}
