package potluck.kit.fake;

/**
 * A deviation of some compatible server that has broken translators. The first ones concern chat
 * completions, the others any event stream.
 */
public enum Quirk {
  USAGE_ON_EVERY_CHUNK,
  /** On the chunk with the finish reason, and again later with more details. */
  USAGE_TWICE,
  FINISH_WITH_LAST_ARGUMENTS,
  ID_AND_NAME_ON_EACH_DELTA,
  EMPTY_NAME_ON_LATER_DELTAS,
  ALL_CALLS_AT_INDEX_0,
  NO_CALL_INDEX,
  /** No delta with a role comes first. */
  FIRST_CHUNK_IS_A_CALL,
  NULL_CONTENT_BESIDE_REASONING,
  STOP_ALTHOUGH_CALLS,
  EMPTY_TEXT_BEFORE_CALLS,
  REASONING_TEXT_REASONING,
  EMPTY_ANNOTATIONS,
  SINGLE_CHUNK,
  NO_USAGE,
  NO_DONE,

  NO_SPACE_AFTER_DATA,
  CRLF_LINES,
  COMMENTS,
  /** Each byte of the stream is sent in a write of its own. */
  BYTE_BY_BYTE,
  /** The complete stream is sent in one write. */
  ALL_AT_ONCE
}
