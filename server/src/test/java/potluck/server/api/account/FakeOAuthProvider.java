package potluck.server.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import potluck.server.testing.OAuthForm;

/**
 * A fake OAuth 2 authorization server: authorization codes with PKCE, and refresh tokens that are
 * valid once (rotation). Safe for use by many threads.
 */
final class FakeOAuthProvider implements AutoCloseable {
  static final String CLIENT = "the-operators-client";
  static final String SECRET = "the-operators-secret";

  private final HttpServer server;
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  private final Set<String> refreshable = ConcurrentHashMap.newKeySet();
  private final AtomicInteger refreshes = new AtomicInteger();
  private volatile int tokenLifetime = 3600;
  private volatile int failureStatus;
  private volatile long delayMillis;

  FakeOAuthProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/token", this::token);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sets the lifetime of access tokens that are issued from now on, in seconds. */
  void tokenLifetime(int seconds) {
    tokenLifetime = seconds;
  }

  /** Makes the token endpoint answer with this status; 0 restores normal answers. */
  void failWith(int status) {
    failureStatus = status;
  }

  void delay(long milliseconds) {
    delayMillis = milliseconds;
  }

  /** Invalidates all refresh tokens that were issued so far. */
  void revokeAll() {
    refreshable.clear();
  }

  /** Number of refresh tokens that were redeemed. */
  int refreshes() {
    return refreshes.get();
  }

  /** Simulates the user's consent; returns the redirect URI with the code and the state. */
  String agree(String authUrl) {
    Map<String, String> request = OAuthForm.parse(URI.create(authUrl).getRawQuery());
    if (!CLIENT.equals(request.get("client_id"))
        || !"S256".equals(request.get("code_challenge_method"))) {
      throw new AssertionError("invalid authorization request: " + authUrl);
    }
    String code = UUID.randomUUID().toString();
    codes.put(code, request);
    return request.get("redirect_uri") + "?code=" + code + "&state=" + request.get("state");
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        OAuthForm.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    if (delayMillis > 0) {
      try {
        Thread.sleep(delayMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    boolean validClient =
        CLIENT.equals(form.get("client_id")) && SECRET.equals(form.get("client_secret"));
    boolean valid = validClient && (redeem(form) || renew(form));
    String refresh = "r-" + UUID.randomUUID();
    if (valid && failureStatus == 0) {
      refreshable.add(refresh);
    }
    String body =
        valid
            ? "{\"access_token\":\"a-%s\",\"refresh_token\":\"%s\",\"expires_in\":%d,\"token_type\":\"Bearer\"}"
                .formatted(UUID.randomUUID(), refresh, tokenLifetime)
            : "{\"error\":\"invalid_grant\"}";
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(
        failureStatus != 0 ? failureStatus : valid ? 200 : 400, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private boolean redeem(Map<String, String> form) {
    Map<String, String> request = codes.remove(form.getOrDefault("code", ""));
    return request != null
        && "authorization_code".equals(form.get("grant_type"))
        && OAuthForm.same(request.get("redirect_uri"), form.get("redirect_uri"))
        && OAuthForm.same(
            request.get("code_challenge"),
            OAuthForm.codeChallenge(form.getOrDefault("code_verifier", "")));
  }

  private boolean renew(Map<String, String> form) {
    if (!"refresh_token".equals(form.get("grant_type")) || failureStatus != 0) {
      return false;
    }
    boolean valid = refreshable.remove(form.getOrDefault("refresh_token", ""));
    if (valid) {
      refreshes.incrementAndGet();
    }
    return valid;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
