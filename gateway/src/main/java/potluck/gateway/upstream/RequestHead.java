package potluck.gateway.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * Writes the head of a request; rejects characters that could start another header or request.
 * Stateless.
 */
final class RequestHead {
  /** Headers of the connection, which only this client sets. */
  private static final Set<String> CONNECTION_HEADERS =
      Set.of(
          "host",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "content-length",
          "transfer-encoding",
          "accept-encoding",
          "te",
          "trailer",
          "expect",
          "upgrade");

  private RequestHead() {}

  /**
   * @param target the request target, between method and version
   * @throws UpstreamFailed PROTOCOL if a header contains an illegal character
   */
  static byte[] write(
      UpstreamRequest request, String target, Origin origin, String proxyAuthorization)
      throws UpstreamFailed {
    if (!HeaderSyntax.isToken(request.method())) {
      throw unwritable("the method");
    }
    var head = new StringBuilder(512);
    head.append(request.method()).append(' ').append(target).append(" HTTP/1.1\r\n");
    line(head, "host", origin.authority());
    line(head, "accept-encoding", "identity");
    if (!proxyAuthorization.isEmpty()) {
      line(head, "proxy-authorization", proxyAuthorization);
    }
    for (Map.Entry<String, String> header : request.headers()) {
      if (!CONNECTION_HEADERS.contains(header.getKey())) {
        line(head, header.getKey(), header.getValue());
      }
    }
    boolean withBody = request.body().length > 0 || request.method().equals("POST");
    if (withBody) {
      line(head, "content-length", Integer.toString(request.body().length));
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void line(StringBuilder head, String name, String value) throws UpstreamFailed {
    if (!HeaderSyntax.isToken(name)) {
      throw unwritable("a header name");
    }
    // The value may be a credential, so the message contains only the name.
    if (!HeaderSyntax.isValue(value)) {
      throw unwritable("the value of " + name);
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static UpstreamFailed unwritable(String what) {
    return new UpstreamFailed(
        UpstreamFailed.Kind.PROTOCOL,
        what + " contains a character that is not allowed in a header");
  }
}
