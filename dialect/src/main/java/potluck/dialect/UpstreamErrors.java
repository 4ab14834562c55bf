package potluck.dialect;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;

/**
 * Shared helpers for {@link Dialect#readFailure}: classify a status, hide credentials, parse
 * Retry-After. Stateless.
 */
public final class UpstreamErrors {
  /** In characters. */
  private static final int MAX_MESSAGE_LENGTH = 2000;

  /** API keys, bearer tokens and the like, which some upstreams echo in error messages. */
  private static final Pattern SECRET =
      Pattern.compile(
          "\\b(?:sk|pk|rk|gsk|xai)-[A-Za-z0-9*._\\-]{8,}"
              + "|Bearer [A-Za-z0-9._~+/=\\-]{8,}"
              + "|AIza[A-Za-z0-9_\\-]{20,}"
              + "|ya29\\.[A-Za-z0-9._\\-]{8,}"
              + "|eyJ[A-Za-z0-9._\\-]{20,}"
              + "|(?<=key[=: ]|token[=: ])(?=\\S*[0-9*])[A-Za-z0-9*._\\-]{20,}",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(?:\\.\\d{1,9})?");

  private UpstreamErrors() {}

  /** The kind of failure that a status means, if the body says nothing more specific. */
  public static Kind kindOf(int status) {
    return switch (status) {
      case 401, 403, 407 -> Kind.UPSTREAM;
      case 402 -> Kind.QUOTA_EXHAUSTED;
      case 404 -> Kind.NOT_FOUND;
      case 408, 504, 524 -> Kind.UPSTREAM_TIMEOUT;
      case 413 -> Kind.TOO_LARGE;
      case 415 -> Kind.UNSUPPORTED_MEDIA;
      case 422 -> Kind.UNPROCESSABLE;
      case 429 -> Kind.RATE_LIMITED;
      case 503, 529 -> Kind.OVERLOADED;
      default -> status >= 400 && status < 500 && status != 409 ? Kind.INVALID : Kind.UPSTREAM;
    };
  }

  /**
   * Creates a failure whose message may be shown to callers. A 401 or 403 concerns the account's
   * credentials, so the upstream's message is replaced.
   *
   * @param status the upstream's status, or 0 for an error inside a stream
   */
  public static Failure failure(
      Kind kind, int status, @Nullable String message, @Nullable String code) {
    String text =
        status == 401 || status == 403
            ? "The upstream refused the account's credentials."
            : message == null || message.isBlank()
                ? "The upstream answered " + (status == 0 ? "with an error." : status + ".")
                : redactCredentials(message);
    return new Failure(kind, text, code, null, null, status);
  }

  /** Replaces credentials with {@code ***} and cuts the text to 2,000 characters. */
  public static String redactCredentials(String text) {
    String cut = text.length() > MAX_MESSAGE_LENGTH ? text.substring(0, MAX_MESSAGE_LENGTH) : text;
    return SECRET.matcher(cut).replaceAll("***");
  }

  /**
   * The wait that an upstream asks for in {@code retry-after-ms} or {@code retry-after}; null if it
   * asks for none. An HTTP date is compared with the upstream's own {@code date} header, so that no
   * local clock is needed.
   */
  public static @Nullable Duration retryAfter(UnaryOperator<@Nullable String> header) {
    Duration exact = parseDuration(header.apply("retry-after-ms"), 1);
    if (exact != null) {
      return exact;
    }
    String value = header.apply("retry-after");
    Duration seconds = parseDuration(value, 1000);
    return seconds != null || value == null ? seconds : durationUntil(value, header.apply("date"));
  }

  private static @Nullable Duration parseDuration(@Nullable String text, int millis) {
    if (text == null || !NUMBER.matcher(text.strip()).matches()) {
      return null;
    }
    double value = Double.parseDouble(text.strip()) * millis;
    return value < 1e12 ? Duration.ofMillis((long) Math.ceil(value)) : null;
  }

  private static @Nullable Duration durationUntil(String date, @Nullable String now) {
    if (now == null) {
      return null;
    }
    try {
      DateTimeFormatter format = DateTimeFormatter.RFC_1123_DATE_TIME;
      Duration wait =
          Duration.between(ZonedDateTime.parse(now, format), ZonedDateTime.parse(date, format));
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
