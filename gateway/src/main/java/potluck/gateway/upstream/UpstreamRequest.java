package potluck.gateway.upstream;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A request to an upstream. It is not the caller's request: address and credential are those of an
 * account. Immutable; the array is shared and must not be modified.
 *
 * @param method such as {@code POST}
 * @param uri absolute, {@code http} or {@code https}, without user info
 * @param headers names in lower case. Headers of the connection (host, content-length,
 *     transfer-encoding, connection, accept-encoding …) are set by the client and ignored here
 * @param body the complete body; empty for none
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

  /** This request with more headers, which are not signed. */
  public UpstreamRequest withHeaders(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<Map.Entry<String, String>> all = new ArrayList<>(headers);
    all.addAll(more.entrySet());
    return new UpstreamRequest(method, uri, all, body, timeouts);
  }

  /** Shows the address only, because headers contain credentials. */
  @Override
  public String toString() {
    return method + " " + uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
  }
}
