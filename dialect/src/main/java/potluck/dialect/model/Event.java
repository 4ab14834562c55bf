package potluck.dialect.model;

import org.jspecify.annotations.Nullable;

/**
 * One step of an answer. The events of one block are consecutive; after the {@code Sequencer} tool
 * calls do not interleave. Immutable.
 */
public sealed interface Event {
  /**
   * The answer begins.
   *
   * @param id the upstream's id of the answer; may be empty
   */
  record Begin(String id) implements Event {}

  /** A piece of text. */
  record Text(String delta) implements Event {}

  /** A piece of a refusal, which is text in most dialects. */
  record Refusal(String delta) implements Event {}

  /** A piece of a thought. */
  record Thought(String delta) implements Event {}

  /** Ends the current thought with a signature, or stands for a thought whose text is hidden. */
  record ThoughtSigned(ThoughtSignature signature) implements Event {}

  /**
   * A tool call begins.
   *
   * @param key distinguishes the calls of one answer
   * @param signature null if the thought is not signed
   */
  record ToolCall(int key, String id, String name, @Nullable ThoughtSignature signature)
      implements Event {}

  /** A piece of the arguments of a tool call. */
  record Arguments(int key, String delta) implements Event {}

  /**
   * A tool call is complete. Dialects that cannot signal this leave it to the end of the answer.
   */
  record CallComplete(int key) implements Event {}

  /** The upstream reports the usage so far. */
  record UsageReported(UsageReport report) implements Event {
    /** A report of complete counts. */
    public UsageReported(TokenUsage tokens) {
      this(UsageReport.of(tokens));
    }

    /** The reported counts. */
    public TokenUsage tokens() {
      return report.tokens();
    }
  }

  /**
   * The answer ends.
   *
   * @param stopSequence the stop sequence that was found; null if none or not reported
   */
  record End(StopReason stopReason, @Nullable String stopSequence) implements Event {}

  /** The upstream reports a failure. */
  record Failed(Failure failure) implements Event {}
}
