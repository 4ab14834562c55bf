package potluck.dialect.model;

/** Why an answer ended. */
public enum StopReason {
  END,
  STOP_SEQUENCE,
  MAX_TOKENS,
  /** The context window is full. */
  CONTEXT_FULL,
  TOOL_CALLS,
  REFUSAL,
  /** The model tried a call that makes no sense. */
  MALFORMED_CALL,
  /** The provider's own loop of tools rests. */
  PAUSE
}
