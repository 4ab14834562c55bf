package potluck.gateway.upstream;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import potluck.gateway.upstream.UpstreamFailed.Kind;

/**
 * Determines where a body ends (RFC 9112, section 6.3). Contradictory headers are rejected, because
 * another program might see another end. Stateless.
 */
final class BodyFraming {
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  private BodyFraming() {}

  static ResponseBody of(String method, ResponseHead head, Connection connection, HttpLimits limits)
      throws UpstreamFailed {
    ResponseBody body = raw(method, head, connection);
    @Nullable String coding = coding(head);
    if (coding == null || (body instanceof ResponseBody.Sized sized && sized.reusable())) {
      return body;
    }
    return new GzipBody(body, limits.maxDecodedBytes());
  }

  private static ResponseBody raw(String method, ResponseHead head, Connection connection)
      throws UpstreamFailed {
    long length = length(head.joined("content-length"));
    boolean chunked = chunked(head);
    if (chunked && length >= 0) {
      throw bad("both a content length and chunks");
    }
    if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
      return new ResponseBody.Sized(connection, 0);
    }
    if (chunked) {
      return new ResponseBody.Chunked(connection);
    }
    return length >= 0
        ? new ResponseBody.Sized(connection, length)
        : new ResponseBody.UntilClose(connection);
  }

  private static boolean chunked(ResponseHead head) throws UpstreamFailed {
    @Nullable String coding = head.joined("transfer-encoding");
    if (coding == null) {
      return false;
    }
    if (head.minorVersion() == 0) {
      throw bad("a transfer coding under HTTP/1.0");
    }
    if (!coding.strip().equalsIgnoreCase("chunked")) {
      throw bad("an unknown transfer coding");
    }
    return true;
  }

  /** -1 if there is no length; a list is accepted if all its members are equal. */
  private static long length(@Nullable String values) throws UpstreamFailed {
    if (values == null) {
      return -1;
    }
    long length = -1;
    for (String value : values.split(",", -1)) {
      String digits = value.strip();
      if (!LENGTH.matcher(digits).matches()) {
        throw bad("an invalid content length");
      }
      long one = Long.parseLong(digits);
      if (length >= 0 && one != length) {
        throw bad("contradictory content lengths");
      }
      length = one;
    }
    return length;
  }

  private static @Nullable String coding(ResponseHead head) throws UpstreamFailed {
    @Nullable String coding = head.joined("content-encoding");
    if (coding == null) {
      return null;
    }
    return switch (coding.strip().toLowerCase(Locale.ROOT)) {
      case "", "identity" -> null;
      case "gzip", "x-gzip" -> coding;
      default -> throw bad("a content coding that was not requested");
    };
  }

  private static UpstreamFailed bad(String what) {
    return new UpstreamFailed(Kind.PROTOCOL, "the response of the upstream has " + what);
  }
}
