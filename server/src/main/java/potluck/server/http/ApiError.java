package potluck.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Ends a request to {@code /api} with {@code {"detail": …}}, the one form that the origin's
 * frontend reads. Control flow, so without a stack trace.
 */
public final class ApiError extends RuntimeException {
  private final int status;
  private final transient Text text;
  private final transient @Nullable Duration retryAfter;

  public ApiError(int status, String zh, String en) {
    this(status, new Text(zh, en), null);
  }

  public ApiError(int status, Text text, @Nullable Duration retryAfter) {
    super(text.en(), null, false, false);
    this.status = status;
    this.text = text;
    this.retryAfter = retryAfter;
  }

  public int status() {
    return status;
  }

  public Text text() {
    return text;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  static ApiError notFound() {
    return new ApiError(404, "没有找到", "There is nothing here, or it is not yours.");
  }
}
