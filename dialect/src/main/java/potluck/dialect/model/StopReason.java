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
  /** The model tried a tool call that is invalid. */
  MALFORMED_CALL,
  /** The provider paused its own tool loop; the client may continue it. */
  PAUSE
}
