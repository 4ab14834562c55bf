package potluck.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request with {@code {"detail": …}} below {@code /api}, and otherwise with an error in the
 * form of the route's surface. Has no stack trace.
 */
public final class ApiError extends RuntimeException {
  private final int status;
  private final transient LocalizedText text;
  private final transient @Nullable Duration retryAfter;

  /** What went wrong, in both languages, with what to do about it. */
  public ApiError(int status, MessageKey key, @Nullable Object... arguments) {
    this(status, key.text(arguments), null);
  }

  /**
   * @param retryAfter when a retry may succeed; null if unknown
   */
  public ApiError(int status, LocalizedText text, @Nullable Duration retryAfter) {
    super(text.en(), null, false, false);
    this.status = status;
    this.text = text;
    this.retryAfter = retryAfter;
  }

  /** HTTP status, 400 to 599. */
  public int status() {
    return status;
  }

  /** What is said. */
  public LocalizedText text() {
    return text;
  }

  /** When a retry may succeed; null if unknown. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** 404: a missing object and one of another user look the same. */
  public static ApiError notFound() {
    return new ApiError(404, MessageKey.NOT_FOUND);
  }
}
