package potluck.dialect;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.RateLimit;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.ToolNames;

/**
 * A wire language of a model API: reads and writes requests, answers and failures. A dialect knows
 * no host, no credentials and no prices; those belong to a provider.
 *
 * <p>Implementations are stateless and thread-safe.
 */
public interface Dialect {
  /**
   * Name of the dialect: {@code openai}, {@code responses}, {@code anthropic} or {@code gemini}.
   */
  String name();

  /**
   * Reads the fields that routing and metering need, in one pass and without building a tree. The
   * body must be valid UTF-8 and exactly one JSON object, without duplicate keys, without trailing
   * bytes, and at most {@link potluck.dialect.wire.StrictJson#MAX_DEPTH} levels deep.
   *
   * @throws FailureException (INVALID) if the body is malformed or a required field is missing; the
   *     message names the problem and the byte offset
   */
  Ask scan(byte[] body);

  /**
   * Path of the model endpoint, to be appended to the account's base address.
   *
   * @param stream whether the answer is to be streamed
   */
  String path(Target target, boolean stream);

  /**
   * Returns the request for an upstream of the same dialect. The model name is replaced and usage
   * is requested; all other bytes stay as the client sent them, unless a quirk of the target needs
   * a change.
   */
  byte[] forward(Ask ask, Target target);

  /**
   * Creates the passage for an answer of an upstream of the same dialect. Bytes are copied
   * unchanged, except that the client's model name is restored and usage that only {@link #forward}
   * requested is removed.
   */
  Passage passage(Ask ask, Target target);

  /**
   * Translates a request of this dialect into a {@link Prompt}.
   *
   * @param losses receives the fields that cannot be translated
   * @throws FailureException (INVALID) if the request is invalid, or refers to state that only its
   *     own upstream has
   */
  Prompt readPrompt(Ask ask, Losses losses);

  /**
   * Translates a prompt of another dialect into a request body for an upstream of this dialect.
   *
   * @param losses receives the fields that cannot be translated
   */
  byte[] writePrompt(
      Prompt prompt,
      Ask ask,
      Target target,
      TranslationOptions options,
      ToolNames names,
      Losses losses);

  /**
   * Converts a body that {@link #writePrompt} wrote into a request to the token-count endpoint.
   *
   * @return null if upstreams of this dialect have no such endpoint, or report input tokens at the
   *     start of the answer
   */
  default byte @Nullable [] countRequest(byte[] body) {
    return null;
  }

  /** Path of the token-count endpoint; null if the dialect has no such endpoint. */
  default @Nullable String countPath(Target target) {
    return null;
  }

  /** Creates a reader for one answer of an upstream of this dialect. */
  EventReader reader();

  /**
   * Creates a writer for one answer to a client of this dialect. The answer shows the model name
   * that the client used.
   */
  EventWriter writer(Ask ask, Prompt prompt, TranslationOptions options);

  /**
   * Returns the passage in the framing that the client requested. Only Gemini has more than one
   * framing.
   */
  default Passage adaptFraming(Ask ask, Passage passage) {
    return passage;
  }

  /**
   * Classifies an answer with an error status of an upstream of this dialect.
   *
   * @param header looks up a response header by its lower-case name; returns null if absent
   */
  Failure readFailure(int status, UnaryOperator<@Nullable String> header, byte[] body);

  /**
   * Rate limits that an upstream reports in response headers; empty if it reports none.
   *
   * @param header looks up a response header by its lower-case name; returns null if absent
   * @param now for reset times that are relative
   */
  default List<RateLimit> readRateLimits(UnaryOperator<@Nullable String> header, Instant now) {
    return List.of();
  }

  /**
   * Rate limits as response headers for a client of this dialect, by lower-case name; empty if the
   * dialect defines none.
   */
  default Map<String, String> writeRateLimits(List<RateLimit> limits, Instant now) {
    return Map.of();
  }

  /**
   * Answer of the token-count endpoint.
   *
   * @param tokens number of input tokens, not negative
   */
  DialectResponse writeTokenCount(long tokens);

  /** A failure before the first byte of an answer, as a complete response. */
  DialectResponse writeFailure(Failure failure, String requestId);

  /**
   * Bytes that keep an idle stream open without changing its content. Empty if clients of this
   * dialect do not tolerate any.
   */
  default byte[] keepAlive() {
    return new byte[0];
  }

  /**
   * A failure after the first byte of an answer: the error event of this dialect, as bytes of the
   * stream.
   *
   * @param ask the request whose answer is being streamed
   */
  byte[] writeStreamError(Ask ask, Failure failure, String requestId);
}
