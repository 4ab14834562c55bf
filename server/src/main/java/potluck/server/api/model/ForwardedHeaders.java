package potluck.server.api.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.server.http.Request;

/** Headers of a caller that are forwarded to an upstream. */
public final class ForwardedHeaders {
  /** Headers that an upstream of the same dialect may need. */
  private static final List<String> FORWARDED =
      List.of("anthropic-version", "anthropic-beta", "openai-beta");

  /** Headers of W3C Trace Context. */
  private static final List<String> TRACE = List.of("traceparent", "tracestate");

  private ForwardedHeaders() {}

  /** By lower-case name; mutable. */
  public static Map<String, String> forwarded(Request request) {
    return select(request, FORWARDED);
  }

  /** By lower-case name. */
  static Map<String, String> trace(Request request) {
    return select(request, TRACE);
  }

  private static Map<String, String> select(Request request, List<String> names) {
    Map<String, String> headers = new HashMap<>();
    for (String name : names) {
      @Nullable String value = request.header(name);
      if (value != null) {
        headers.put(name, value);
      }
    }
    return headers;
  }
}
