package potluck.gateway.upstream;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One request on its way out. It is not the caller's request: address and credentials are those of
 * an account. Immutable; the array is shared and must not be written to.
 *
 * @param method such as {@code POST}
 * @param uri absolute, {@code http} or {@code https}, without user info
 * @param headers names in lower case. What belongs to the connection (host, content-length,
 *     transfer-encoding, connection, accept-encoding …) is set by the client; a value given here is
 *     ignored
 * @param body all of it; empty for none
 * @param timeouts how long each step may take
 */
public record UpstreamRequest(
    String method,
    URI uri,
    List<Map.Entry<String, String>> headers,
    byte[] body,
    Timeouts timeouts) {
  public UpstreamRequest {
    headers = List.copyOf(headers);
  }

  /** The same with more headers, which belong to no signature. */
  public UpstreamRequest withHeaders(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Map.Entry<String, String>> all = new ArrayList<>(headers);
    all.addAll(more.entrySet());
    return new UpstreamRequest(method, uri, all, body, timeouts);
  }

  /** Shows where it goes and never what it carries: headers hold credentials. */
  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }
}
