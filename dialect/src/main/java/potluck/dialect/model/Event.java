package potluck.dialect.model;

import org.jspecify.annotations.Nullable;

/**
 * One thing that the model says. Events of one block follow each other; calls never interleave once
 * they have gone through the {@code Sequencer}. Immutable.
 */
public sealed interface Event {
  /**
   * @param id the upstream's name for the answer; may be empty
   */
  record Begin(String id) implements Event {}

  record Text(String delta) implements Event {}

  record Refusal(String delta) implements Event {}

  record Thought(String delta) implements Event {}

  /** Ends a thought, or stands for one that is not shown. */
  record ThoughtSigned(ThoughtSignature signature) implements Event {}

  /**
   * A call begins.
   *
   * @param key tells calls of one answer apart
   */
  record ToolCall(int key, String id, String name, @Nullable ThoughtSignature signature)
      implements Event {}

  /** A piece of the arguments of a call. */
  record Arguments(int key, String delta) implements Event {}

  /** No more of a call will come. Dialects that cannot say so leave it to the end. */
  record CallComplete(int key) implements Event {}

  /** A report of what was used so far. */
  record UsageReported(TokenUsage tokens) implements Event {}

  /**
   * @param stopSequence the stop sequence that was met, where the upstream says
   */
  record End(StopReason stopReason, @Nullable String stopSequence) implements Event {}

  record Failed(Failure failure) implements Event {}
}
