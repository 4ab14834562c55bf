package potluck.server.api.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A provider's authorisation server: codes with PKCE, and refresh tokens that are good once, as the
 * strictest have them. Safe for use by many threads.
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
  private volatile long slowMillis;

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

  /** How long access tokens are good from now on, in seconds. */
  void tokenLifetime(int seconds) {
    tokenLifetime = seconds;
  }

  /** From now on it answers with that status only; 0 for as usual. */
  void failWith(int status) {
    failureStatus = status;
  }

  void delay(long milliseconds) {
    slowMillis = milliseconds;
  }

  /** From now on no refresh token that was given is good. */
  void revokeAll() {
    refreshable.clear();
  }

  /** Refresh tokens that were redeemed. */
  int refreshes() {
    return refreshes.get();
  }

  /** What a browser does that is sent there: the person agrees, and is sent back. */
  String agree(String authUrl) {
    Map<String, String> asked = form(URI.create(authUrl).getRawQuery());
    if (!CLIENT.equals(asked.get("client_id"))
        || !"S256".equals(asked.get("code_challenge_method"))) {
      throw new AssertionError("not a proper request for a code: " + authUrl);
    }
    String code = UUID.randomUUID().toString();
    codes.put(code, asked);
    return asked.get("redirect_uri") + "?code=" + code + "&state=" + asked.get("state");
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    if (slowMillis > 0) {
      try {
        Thread.sleep(slowMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    boolean client =
        CLIENT.equals(form.get("client_id")) && SECRET.equals(form.get("client_secret"));
    boolean good = client && (redeem(form) || renew(form));
    String refresh = "r-" + UUID.randomUUID();
    if (good && failureStatus == 0) {
      refreshable.add(refresh);
    }
    String body =
        good
            ? "{\"access_token\":\"a-%s\",\"refresh_token\":\"%s\",\"expires_in\":%d,\"token_type\":\"Bearer\"}"
                .formatted(UUID.randomUUID(), refresh, tokenLifetime)
            : "{\"error\":\"invalid_grant\"}";
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(
        failureStatus != 0 ? failureStatus : good ? 200 : 400, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private boolean redeem(Map<String, String> form) {
    Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
    return asked != null
        && "authorization_code".equals(form.get("grant_type"))
        && same(asked.get("redirect_uri"), form.get("redirect_uri"))
        && same(asked.get("code_challenge"), challenge(form.getOrDefault("code_verifier", "")));
  }

  private boolean renew(Map<String, String> form) {
    if (!"refresh_token".equals(form.get("grant_type")) || failureStatus != 0) {
      return false;
    }
    boolean good = refreshable.remove(form.getOrDefault("refresh_token", ""));
    if (good) {
      refreshes.incrementAndGet();
    }
    return good;
  }

  private static boolean same(@Nullable String one, @Nullable String other) {
    return one != null && one.equals(other);
  }

  private static String challenge(String verifier) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> form(String text) {
    Map<String, String> form = new HashMap<>();
    for (String pair : text.split("&")) {
      String[] halves = pair.split("=", 2);
      form.put(halves[0], URLDecoder.decode(halves.length < 2 ? "" : halves[1], UTF_8));
    }
    return form;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
