package potluck.dialect;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.RateLimit;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;

/**
 * A wire language: it reads and writes requests, answers and failures. It is not a host and not a
 * price. Implementations are stateless and safe for use by many threads.
 */
public interface Dialect {
  /** {@code openai}, {@code responses}, {@code anthropic} or {@code gemini}. */
  String name();

  /**
   * Looks at a request once, without building a tree, and checks what everybody relies on: valid
   * UTF-8, one JSON object, no duplicate keys, no trailing bytes, bounded depth.
   *
   * @throws potluck.dialect.model.FailureException (INVALID) with what is wrong and where
   */
  Ask scan(byte[] body);

  /**
   * What is appended to an account's base address to reach {@link Target#model()}.
   *
   * @param stream whether the answer shall be a stream
   */
  String path(Target target, boolean stream);

  /**
   * The same request for an upstream of this dialect: the value of {@code model} spliced, usage
   * asked for, every other byte as it came.
   */
  byte[] forward(Ask ask, Target target);

  /**
   * Carries the answer of an upstream of this dialect to a client of this dialect: bytes as they
   * came, but for what {@link #forward} asked on its own account.
   */
  Passage passage(Ask ask, Target target);

  /**
   * The request with one meaning for all dialects.
   *
   * @throws potluck.dialect.model.FailureException where it makes no sense, or only to its own
   *     upstreams
   */
  Prompt readPrompt(Ask ask, Losses losses);

  /** A request of another dialect, for an upstream of this one. */
  byte[] writePrompt(
      Prompt prompt,
      Ask ask,
      Target target,
      TranslationOptions options,
      ToolNames names,
      Losses losses);

  /**
   * A request that {@link #writePrompt} wrote, as a question for its tokens.
   *
   * @return null where upstreams of this dialect have no counter, or say the number first anyway
   */
  default byte @Nullable [] countRequest(byte[] body) {
    return null;
  }

  /** Where upstreams of this dialect are asked for the tokens of a request; null where nowhere. */
  default @Nullable String countPath(Target target) {
    return null;
  }

  /** Reads the answer of an upstream of this dialect. */
  EventReader reader();

  /** Writes an answer for a client of this dialect, under the name that it used for the model. */
  EventWriter writer(Ask ask, Prompt prompt, TranslationOptions options);

  /** The passage in the framing that the client asked for, where there is more than one. */
  default Passage adaptFraming(Ask ask, Passage passage) {
    return passage;
  }

  /**
   * What an upstream of this dialect means by an answer with an error status.
   *
   * @param header looks up a response header by its lower-case name; null where absent
   */
  Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body);

  /** What an upstream of this dialect says of its own limits; empty where it says nothing. */
  default List<RateLimit> readRateLimits(UnaryOperator<@Nullable String> header, Instant now) {
    return List.of();
  }

  /** Limits as headers for a client of this dialect; empty where it knows none. */
  default Map<String, String> writeRateLimits(List<RateLimit> limits, Instant now) {
    return Map.of();
  }

  /**
   * The answer to a question for the tokens of a request.
   *
   * @param tokens of the whole input
   */
  DialectResponse writeTokenCount(long tokens);

  /** A failure before the first byte of an answer, as a whole response. */
  DialectResponse writeFailure(Failure failure, String requestId);

  /**
   * A sign of life for a stream that is silent between two events; empty where clients of this
   * dialect could not bear one.
   */
  default byte[] keepAlive() {
    return new byte[0];
  }

  /**
   * A failure after the first byte: the error event of this dialect, as bytes of its stream.
   *
   * @param ask whose stream it is
   */
  byte[] writeStreamError(Ask ask, Failure failure, String requestId);
}
