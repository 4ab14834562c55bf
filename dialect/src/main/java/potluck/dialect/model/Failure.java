package potluck.dialect.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may be told when something went wrong. It is not an exception (that is {@link
 * FailureException}) and not a wire form (a dialect writes it in its own). Immutable.
 *
 * @param kind one of a closed list
 * @param message for a person, with what to do next; upstream credentials already scrubbed
 * @param code a machine-readable word where the dialect has a field for it, such as {@code
 *     model_not_found}
 * @param param the name of the offending field, where there is one
 * @param retryAfter how long to wait, where waiting helps
 * @param upstreamStatus the status that the upstream gave, or 0
 */
public record Failure(
    Kind kind,
    String message,
    @Nullable String code,
    @Nullable String param,
    @Nullable Duration retryAfter,
    int upstreamStatus) {

  /** The closed list, with the status that most dialects give it. */
  public enum Kind {
    INVALID(400),
    UNAUTHENTICATED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    METHOD_NOT_ALLOWED(405),
    REQUEST_TIMEOUT(408),
    CONFLICT(409),
    TOO_LARGE(413),
    UNSUPPORTED_MEDIA(415),
    UNPROCESSABLE(422),
    /** Too many requests; waiting helps. */
    RATE_LIMITED(429),
    /** A quota or budget is spent; waiting a moment does not help. */
    QUOTA_EXHAUSTED(429),
    HEADERS_TOO_LARGE(431),
    INTERNAL(500),
    /** The upstream, or our standing with it, failed: never the caller's fault. */
    UPSTREAM(502),
    UNAVAILABLE(503),
    UPSTREAM_TIMEOUT(504),
    /** The upstream has too much to do (529 in Anthropic's dialect, 503 elsewhere). */
    OVERLOADED(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  /** Where nobody knows how long something will be away. */
  private static final Duration DEFAULT_RETRY_DELAY = Duration.ofSeconds(5);

  /**
   * How long whoever is told of it should wait: as long as is known, and a little while where
   * something is away now, which is never said without a time to come again.
   */
  public @Nullable Duration retryDelay() {
    return retryAfter == null && kind.status() == 503 ? DEFAULT_RETRY_DELAY : retryAfter;
  }

  public static Failure of(Kind kind, String message) {
    return new Failure(kind, message, null, null, null, 0);
  }

  public Failure code(String code) {
    return new Failure(kind, message, code, param, retryAfter, upstreamStatus);
  }

  public Failure param(String param) {
    return new Failure(kind, message, code, param, retryAfter, upstreamStatus);
  }

  public Failure retryAfter(@Nullable Duration wait) {
    return new Failure(kind, message, code, param, wait, upstreamStatus);
  }

  public Failure message(String text) {
    return new Failure(kind, text, code, param, retryAfter, upstreamStatus);
  }

  public Failure upstreamStatus(int status) {
    return new Failure(kind, message, code, param, retryAfter, status);
  }
}
