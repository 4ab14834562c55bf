package potluck.dialect.verbatim;

import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.UsageReport;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonScanner;
import potluck.dialect.wire.Span;

/**
 * Decides what each frame of an answer is, counts its tokens and finds failures, while the bytes
 * pass through. One instance per answer, for one thread.
 */
public abstract class FrameClassifier {
  private UsageReport usage = UsageReport.NONE;
  private long textBytesAtUsage;
  private long textBytes;
  private @Nullable Failure failure;

  /** What a frame of a stream is, and whether it is passed on. */
  public enum FrameKind {
    /** Passed on; contains nothing of the answer. */
    PREAMBLE,
    /** Passed on; contains a part of the answer. */
    CONTENT,
    /** Not passed on: the server requested it, not the client. */
    HIDDEN,
    /** Passed on; the answer is complete. */
    TERMINAL,
    /**
     * Passed on only at the end, like all later frames: the answer may be complete, but the dialect
     * has no terminal event.
     */
    WITHHELD,
    /** Not passed on: the upstream reports a failure. */
    FAILED
  }

  /** Classifies a frame that has data. */
  public abstract FrameKind classify(FrameReader frame);

  /**
   * Classifies a complete, unstreamed answer: {@link FrameKind#TERMINAL} or {@link
   * FrameKind#FAILED}.
   */
  public abstract FrameKind classifyComplete(byte[] body);

  /** Whether the answer is complete if the stream ends now without a terminal event. */
  public abstract boolean isCompleteAtEnd();

  /**
   * The terminal event, for a stream that is complete but ended without it; empty if the dialect
   * has none.
   */
  public byte[] missingTerminator() {
    return new byte[0];
  }

  /** The position of the model name in a piece of JSON, with quotes; null if absent. */
  public abstract @Nullable Span findModel(byte[] json, int from, int to);

  /**
   * The model name inside the member of an event that holds the answer, or at the top level of a
   * complete answer; null if absent.
   */
  protected static @Nullable Span findModel(byte[] json, int from, int to, String member) {
    Span answer = JsonScanner.find(json, from, to, member);
    return answer == null
        ? JsonScanner.find(json, from, to, "model")
        : JsonScanner.find(json, answer, "model");
  }

  /** The reason, or null unless the last frame was {@link FrameKind#FAILED}. */
  public @Nullable Failure failure() {
    return failure;
  }

  /** See {@link potluck.dialect.Passage#keepAlive()}. */
  public byte @Nullable [] keepAlive() {
    return null;
  }

  /** See {@link potluck.dialect.Passage#usage()}. */
  public UsageReport usage() {
    return usage;
  }

  /** See {@link potluck.dialect.Passage#isUsageStale()}. */
  public boolean isUsageStale() {
    return textBytes > textBytesAtUsage;
  }

  /** See {@link potluck.dialect.Passage#reportedCost()}. */
  public long reportedCost() {
    return -1;
  }

  /** See {@link potluck.dialect.Passage#textBytes()}. */
  public long textBytes() {
    return textBytes;
  }

  /** Merges a usage report of the upstream. */
  protected void addUsage(UsageReport reported) {
    usage = usage.mergeLater(reported);
    textBytesAtUsage = textBytes;
  }

  /** Counts model text that passed through, in bytes. */
  protected void addTextBytes(long bytes) {
    textBytes += bytes;
  }

  /**
   * Records a failure.
   *
   * @return {@link FrameKind#FAILED}
   */
  protected FrameKind fail(Failure reason) {
    failure = reason;
    return FrameKind.FAILED;
  }

  /**
   * Records that a complete answer is not a JSON object.
   *
   * @return {@link FrameKind#FAILED}
   */
  protected FrameKind failNotAnObject() {
    return fail(Failure.of(Failure.Kind.UPSTREAM, "The upstream's answer is not a JSON object."));
  }
}
