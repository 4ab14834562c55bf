package potluck.dialect.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a request failed, in a form that may be shown to the caller. It is not an exception (see
 * {@link FailureException}) and not a wire format (each dialect writes it in its own). Immutable.
 *
 * @param kind classification, which decides the status
 * @param message for people; says what to do next and contains no upstream credentials
 * @param code machine-readable code such as {@code model_not_found}; null to use the kind's default
 * @param param name of the invalid field; null if no field is at fault
 * @param retryAfter how long to wait before retrying; null if unknown or if a retry does not help
 * @param upstreamStatus status that the upstream sent, or 0
 */
public record Failure(
    Kind kind,
    String message,
    @Nullable String code,
    @Nullable String param,
    @Nullable Duration retryAfter,
    int upstreamStatus) {

  /** The kinds of failure, each with the status that most dialects use for it. */
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
    /** Too many requests; a retry after a wait helps. */
    RATE_LIMITED(429),
    /** A quota or budget is spent; a short wait does not help. */
    QUOTA_EXHAUSTED(429),
    HEADERS_TOO_LARGE(431),
    INTERNAL(500),
    /** The upstream failed, or rejected the account; never the caller's fault. */
    UPSTREAM(502),
    /** The server or a part that it needs is unavailable. */
    UNAVAILABLE(503),
    UPSTREAM_TIMEOUT(504),
    /** The upstream is overloaded (529 in Anthropic's dialect, 503 in the others). */
    OVERLOADED(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    /** The HTTP status in most dialects. */
    public int status() {
      return status;
    }
  }

  /** For a 503 whose duration is unknown. */
  private static final Duration DEFAULT_RETRY_DELAY = Duration.ofSeconds(5);

  /**
   * How long to wait before retrying: {@link #retryAfter()} if set, else 5 s for a 503, else null.
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
