package potluck.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Header names that are created once and not for each request. */
public final class HttpHeaders {
  static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");

  /** Anthropic's name of the same header. */
  static final HeaderName ANTHROPIC_REQUEST_ID = HeaderNames.create("request-id");

  static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");
  static final HeaderName ANTHROPIC_BETA = HeaderNames.create("anthropic-beta");

  /** The version of Anthropic's API if the caller asks for none. */
  static final String ANTHROPIC_VERSION_DEFAULT = "2023-06-01";

  static final HeaderName NOSNIFF = HeaderNames.create("x-content-type-options");

  private static final Map<String, HeaderName> CACHE = new ConcurrentHashMap<>();

  private HttpHeaders() {}

  /** Whether a header switches something on: {@code 1} or {@code true}. */
  static boolean isOn(@Nullable String value) {
    return value != null && (value.strip().equals("1") || value.strip().equalsIgnoreCase("true"));
  }

  /** Only for names that we write ourselves: there are few, and they are cached. */
  static HeaderName name(String name) {
    return CACHE.computeIfAbsent(name, HeaderNames::create);
  }
}
