package potluck.server.api.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.server.http.Request;

/** Headers of a caller's that go along to an upstream. */
public final class ForwardedHeaders {
  /** They may matter to an upstream of the same dialect. */
  private static final List<String> FORWARDED =
      List.of("anthropic-version", "anthropic-beta", "openai-beta");

  /** How callers say which trace a request is part of (W3C Trace Context). */
  private static final List<String> TRACE = List.of("traceparent", "tracestate");

  private ForwardedHeaders() {}

  /** By lower-case name; may be changed. */
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
