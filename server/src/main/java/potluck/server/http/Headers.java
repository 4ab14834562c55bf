package potluck.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Names of headers that are made once and not with each request. */
final class Headers {
  static final HeaderName REQUEST_ID = HeaderNames.create("x-request-id");
  static final HeaderName NOSNIFF = HeaderNames.create("x-content-type-options");

  private static final Map<String, HeaderName> KNOWN = new ConcurrentHashMap<>();

  private Headers() {}

  /** Only for names that we write ourselves: there are few, and they are kept. */
  static HeaderName name(String name) {
    return KNOWN.computeIfAbsent(name, HeaderNames::create);
  }
}
