package potluck.server.api.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import potluck.server.testing.OAuthForm;

/**
 * A fake OAuth 2 identity provider, as strict as GitHub and Linux.do: a code is valid once, for the
 * client, the redirect URI and the PKCE verifier of its authorization request. Like GitHub, its
 * GitHub endpoint refuses an invalid code with status 200. Thread-safe.
 */
final class FakeIdentityProvider implements AutoCloseable {
  static final String CLIENT = "client-of-ours";
  static final String SECRET = "hush: hush";

  private final HttpServer server;
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private volatile String user = "{}";
  private volatile int failureStatus;

  FakeIdentityProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/login/oauth/access_token", exchange -> token(exchange, 200));
    server.createContext("/oauth2/token", exchange -> token(exchange, 400));
    server.createContext("/api/v3/user", this::user);
    server.createContext("/api/user", this::user);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sets the user who logs in next, as JSON. */
  void user(String json) {
    user = json;
  }

  /** Answers every request with this status; 0 restores normal answers. */
  void failWith(int status) {
    failureStatus = status;
  }

  /** Consents as the user would in a browser; returns the authorization code. */
  String agree(String authorizationUrl) {
    Map<String, String> asked = OAuthForm.parse(URI.create(authorizationUrl).getRawQuery());
    if (!CLIENT.equals(asked.get("client_id"))
        || !"code".equals(asked.get("response_type"))
        || !"S256".equals(asked.get("code_challenge_method"))
        || asked.getOrDefault("state", "").isEmpty()) {
      throw new AssertionError("not a proper request for a code: " + authorizationUrl);
    }
    String code = UUID.randomUUID().toString();
    codes.put(code, asked);
    return code;
  }

  private void token(HttpExchange exchange, int refusal) throws IOException {
    Map<String, String> form =
        OAuthForm.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
    boolean valid =
        asked != null
            && CLIENT.equals(form.get("client_id"))
            && SECRET.equals(form.get("client_secret"))
            && "authorization_code".equals(form.get("grant_type"))
            && OAuthForm.same(asked.get("redirect_uri"), form.get("redirect_uri"))
            && OAuthForm.same(
                asked.get("code_challenge"),
                OAuthForm.codeChallenge(form.getOrDefault("code_verifier", "")));
    if (!valid) {
      answer(exchange, refusal, "{\"error\":\"bad_verification_code\"}");
      return;
    }
    String token = "gho_" + UUID.randomUUID();
    tokens.put(token, user);
    answer(
        exchange,
        200,
        "{\"access_token\":\"" + token + "\",\"token_type\":\"bearer\",\"scope\":\"\"}");
  }

  private void user(HttpExchange exchange) throws IOException {
    String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("authorization"));
    String who = tokens.get(bearer.replace("Bearer ", ""));
    if (exchange.getRequestHeaders().getFirst("user-agent") == null) {
      answer(exchange, 403, "{\"message\":\"a user agent is needed\"}");
    } else {
      answer(exchange, who == null ? 401 : 200, who == null ? "{}" : who);
    }
  }

  private void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(failureStatus == 0 ? status : failureStatus, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
