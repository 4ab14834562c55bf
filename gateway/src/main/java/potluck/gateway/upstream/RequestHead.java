package potluck.gateway.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** Writes the head of a request; lets nothing through that could start a second one. Stateless. */
final class RequestHead {
  /** What belongs to the connection, not to the request: ours to set. */
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
   * @param target what stands between the method and the version
   * @throws UpstreamFailed PROTOCOL when a header cannot be written
   */
  static byte[] write(
      UpstreamRequest dispatch, String target, Origin origin, String proxyAuthorization)
      throws UpstreamFailed {
    if (!HeaderSyntax.isToken(dispatch.method())) throw unwritable("the method");
    var head = new StringBuilder(512);
    head.append(dispatch.method()).append(' ').append(target).append(" HTTP/1.1\r\n");
    line(head, "host", origin.authority());
    line(head, "accept-encoding", "identity");
    if (!proxyAuthorization.isEmpty()) line(head, "proxy-authorization", proxyAuthorization);
    for (Map.Entry<String, String> header : dispatch.headers()) {
      if (!CONNECTION_HEADERS.contains(header.getKey()))
        line(head, header.getKey(), header.getValue());
    }
    boolean withBody = dispatch.body().length > 0 || dispatch.method().equals("POST");
    if (withBody) line(head, "content-length", Integer.toString(dispatch.body().length));
    return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void line(StringBuilder head, String name, String value) throws UpstreamFailed {
    if (!HeaderSyntax.isToken(name)) throw unwritable("a header name");
    // The value may be a credential: the message names the header only.
    if (!HeaderSyntax.isValue(value)) throw unwritable("the value of " + name);
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static UpstreamFailed unwritable(String what) {
    return new UpstreamFailed(
        UpstreamFailed.Kind.PROTOCOL, what + " holds a character that no header may hold");
  }
}
