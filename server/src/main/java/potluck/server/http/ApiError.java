package potluck.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request to {@code /api} with {@code {"detail": …}}, the one form that the origin's
 * frontend reads; elsewhere in the words of the path. Control flow, so without a stack trace.
 */
public final class ApiError extends RuntimeException {
  private final int status;
  private final transient LocalizedText text;
  private final transient @Nullable Duration retryAfter;

  /** What went wrong, in both languages, with what to do about it. */
  public ApiError(int status, String zh, String en) {
    this(status, new LocalizedText(zh, en), null);
  }

  /**
   * @param retryAfter when it may go well; null where that cannot be told
   */
  public ApiError(int status, LocalizedText text, @Nullable Duration retryAfter) {
    super(text.en(), null, false, false);
    this.status = status;
    this.text = text;
    this.retryAfter = retryAfter;
  }

  /** Of HTTP: 400 to 599. */
  public int status() {
    return status;
  }

  /** What is said. */
  public LocalizedText text() {
    return text;
  }

  /** When it may go well; null where that cannot be told. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** 404: what is not there and what is somebody else's look the same. */
  public static ApiError notFound() {
    return new ApiError(404, "没有找到", "There is nothing here, or it is not yours.");
  }
}
