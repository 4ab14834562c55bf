package potluck.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Names of headers that are made once and not with each request. */
public final class HttpHeaders {
  static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");

  /** The same for Anthropic's clients, which know it by this name. */
  static final HeaderName ANTHROPIC_REQUEST_ID = HeaderNames.create("request-id");

  static final HeaderName ANTHROPIC_VERSION = HeaderNames.create("anthropic-version");
  static final HeaderName ANTHROPIC_BETA = HeaderNames.create("anthropic-beta");

  /** The version of Anthropic's API that is spoken where none is asked for. */
  static final String ANTHROPIC_VERSION_DEFAULT = "2023-06-01";

  static final HeaderName NOSNIFF = HeaderNames.create("x-content-type-options");

  private static final Map<String, HeaderName> CACHE = new ConcurrentHashMap<>();

  private HttpHeaders() {}

  /** Whether a header switches something on: {@code 1} or {@code true} do. */
  static boolean isOn(@Nullable String value) {
    return value != null && (value.strip().equals("1") || value.strip().equalsIgnoreCase("true"));
  }

  /** Only for names that we write ourselves: there are few, and they are kept. */
  static HeaderName name(String name) {
    return CACHE.computeIfAbsent(name, HeaderNames::create);
  }
}
