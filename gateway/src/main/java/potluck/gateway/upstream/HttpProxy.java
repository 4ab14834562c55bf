package potluck.gateway.upstream;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy that the operator has set. Its own address is not checked. Immutable; {@code
 * toString} hides the credential.
 *
 * @param authorization value of the proxy-authorization header; empty for none
 */
record HttpProxy(String host, int port, String authorization) {
  /** {@code http://host:port}, optionally with {@code user:password@} in percent encoding. */
  static HttpProxy of(URI uri) {
    if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException("a proxy is set as http://host:port");
    }
    int port = uri.getPort() < 0 ? 80 : uri.getPort();
    return new HttpProxy(uri.getHost(), port, authorization(uri.getRawUserInfo()));
  }

  private static String authorization(@Nullable String userInfo) {
    if (userInfo == null) {
      return "";
    }
    String plain = URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  /** The request that opens a tunnel to an origin. */
  byte[] connectRequest(Origin origin) {
    String line = authorization.isEmpty() ? "" : "proxy-authorization: " + authorization + "\r\n";
    String head = "CONNECT " + origin + " HTTP/1.1\r\nhost: " + origin + "\r\n" + line + "\r\n";
    return head.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    return "http://" + host + ":" + port;
  }
}
