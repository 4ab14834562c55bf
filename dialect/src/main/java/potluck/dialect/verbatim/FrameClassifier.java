package potluck.dialect.verbatim;

import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Span;

/**
 * What a dialect sees in bytes that pass by. It counts and judges; it never writes. One per answer,
 * used by one thread.
 */
public abstract class FrameClassifier {
  private TokenUsage tokens = TokenUsage.NONE;
  private boolean usageReported;
  private long textBytes;
  private @Nullable Failure failure;

  /** What a frame of a stream is. */
  public enum FrameKind {
    /** Passes, but nothing of the answer is in it. */
    PREAMBLE,
    /** Passes. */
    CONTENT,
    /** Does not pass: it is there because we asked for it. */
    HIDDEN,
    /** Passes, and the answer is complete. */
    TERMINAL,
    /**
     * Passes at the end only, as all that follows: the answer may be complete, but the dialect has
     * no terminal event.
     */
    WITHHELD,
    /** Does not pass: the upstream reports a failure. */
    FAILED
  }

  /** Looks at a frame that has data. */
  public abstract FrameKind classify(FrameReader frame);

  /** Looks at a whole answer: {@link FrameKind#TERMINAL} or {@link FrameKind#FAILED}. */
  public abstract FrameKind classifyComplete(byte[] body);

  /** Whether the answer was whole, should the stream end here without its terminal event. */
  public abstract boolean isCompleteAtEnd();

  /** What its dialect says at the end, for a stream that ended without it. */
  public byte[] missingTerminator() {
    return new byte[0];
  }

  /** Where a piece of JSON names the model, quotes included; null where it does not. */
  public abstract @Nullable Span findModel(byte[] json, int from, int to);

  /** Null unless the last sight was {@link FrameKind#FAILED}. */
  public @Nullable Failure failure() {
    return failure;
  }

  /** See {@link potluck.dialect.Passage#keepAlive()}. */
  public byte @Nullable [] keepAlive() {
    return null;
  }

  /** What the upstream says that it was, so far. */
  public TokenUsage tokens() {
    return tokens;
  }

  /** See {@link potluck.dialect.Passage#reportedCost()}. */
  public long reportedCost() {
    return -1;
  }

  /** See {@link potluck.dialect.Passage#usageReported()}. */
  public boolean usageReported() {
    return usageReported;
  }

  /** See {@link potluck.dialect.Passage#textBytes()}. */
  public long textBytes() {
    return textBytes;
  }

  /** Takes in a piece of usage that the upstream reports. */
  protected void addUsage(TokenUsage read) {
    usageReported |= read.total() > 0;
    tokens = tokens.mergeLater(read);
  }

  /** Takes in text that has passed, in bytes. */
  protected void addTextBytes(long bytes) {
    textBytes += bytes;
  }

  protected FrameKind fail(Failure reason) {
    failure = reason;
    return FrameKind.FAILED;
  }

  /** For a whole answer that is something else. */
  protected FrameKind failNotAnObject() {
    return fail(Failure.of(Failure.Kind.UPSTREAM, "The upstream's answer is not a JSON object."));
  }
}
