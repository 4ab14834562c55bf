package potluck.dialect.model;

/** Why an answer ended. */
public enum Stop {
  END,
  SEQUENCE,
  LENGTH,
  /** The context window is full. */
  CONTEXT,
  CALLS,
  REFUSAL,
  /** The model tried a call that makes no sense. */
  BAD_CALL,
  /** The provider's own loop of tools rests. */
  PAUSE
}
