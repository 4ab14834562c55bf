package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.server.testing.TestServer;

/** A browser's session: setup, the refresh token as a cookie, and who may use the cookie. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionCookieIT {
  private static final String LOGIN =
      "{\"username\":\"first-admin\",\"password\":\"" + TestServer.PASSWORD + "\"}";
  private TestServer server;

  @BeforeAll
  void setUp() {
    server =
        TestServer.start(
            Map.of("ADMIN_USERNAME", "", "ADMIN_PASSWORD", "", "PUBLIC_URL", "https://pool.test"));
    assertThat(providers().json().path("setup_needed").asBoolean()).isTrue();
    TestServer.Response said =
        post(
            "/api/auth/setup",
            "{\"token\":\"%s\",%s"
                .formatted(
                    server.gateway().firstStartSecrets().setupToken().orElseThrow(),
                    LOGIN.substring(1)),
            "X-Potluck-Session",
            "cookie");
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(me(said.json().path("access_token").asText())).isEqualTo(200);
    assertThat(said.header("set-cookie").orElseThrow()).startsWith("potluck_refresh=");
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void setupIsNotNeededOnceThereIsAnAdministrator() {
    assertThat(providers().json().path("setup_needed").asBoolean()).isFalse();
    assertThat(providers().json().path("registration").asText()).isEqualTo("invitation");
  }

  @Test
  void loginWithoutTheHeaderHasTheTokenInTheJson() {
    TestServer.Response said = post("/api/auth/login", LOGIN);
    assertThat(said.header("set-cookie")).isEmpty();
    String token = said.json().path("refresh_token").asText();
    TestServer.Response next = post("/api/auth/refresh", "{\"refresh_token\":\"" + token + "\"}");
    assertThat(next.json().path("refresh_token").asText()).isNotEmpty();
    assertThat(post("/api/auth/refresh", "{}").status()).isEqualTo(422);
  }

  @Test
  void cookieCannotBeReadByScriptsAndIsLeftOutOfTheJson() {
    TestServer.Response said = post("/api/auth/login", LOGIN, "X-Potluck-Session", "cookie");
    assertThat(said.header("set-cookie").orElseThrow())
        .contains("; Path=/api/auth;", "; HttpOnly", "; SameSite=Strict", "; Secure")
        .contains("; Max-Age=604800");
    assertThat(said.json().has("refresh_token")).isFalse();
  }

  @Test
  void refreshTakesTheCookieOnlyFromPagesOfThisServer() {
    String cookie = cookie();
    for (String foreign :
        new String[] {
          "https://evil.test", "null", "http://pool.test", server.url() + ".evil.test"
        }) {
      assertThat(refresh(cookie, "Origin", foreign).status()).as(foreign).isEqualTo(403);
    }
    assertThat(post("/api/auth/refresh", null, "Cookie", cookie).status()).isEqualTo(403);
    assertThat(refresh(cookie, "Sec-Fetch-Site", "same-site").status()).isEqualTo(403);
    // PUBLIC_URL is https, so a page that was loaded without TLS is foreign.
    assertThat(refresh(cookie, "Origin", server.url()).status()).isEqualTo(403);

    TestServer.Response said = refresh(cookie, "Origin", "https://pool.test");
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.json().has("refresh_token")).isFalse();
    TestServer.Response again = refresh(cookie(said), "Sec-Fetch-Site", "same-origin");
    assertThat(me(again.json().path("access_token").asText())).isEqualTo(200);
    assertThat(refresh(cookie(again), "Origin", server.url().replace("http:", "https:")).status())
        .isEqualTo(200);
  }

  @Test
  void refreshWithoutAnyCookieIsNotLoggedIn() {
    assertThat(post("/api/auth/refresh", null, "X-Potluck-Session", "cookie").status())
        .isEqualTo(401);
  }

  @Test
  void logoutEndsTheSessionOfTheCookieAndClearsIt() {
    String cookie = cookie();
    String access = post("/api/auth/login", LOGIN).json().path("access_token").asText();
    TestServer.Response said =
        post(
            "/api/auth/logout",
            null,
            "Cookie",
            cookie,
            "Origin",
            "https://pool.test",
            "Authorization",
            "Bearer " + access);
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    assertThat(said.header("set-cookie").orElseThrow())
        .startsWith("potluck_refresh=;")
        .contains("; Max-Age=0;");
    assertThat(refresh(cookie, "Origin", "https://pool.test").status()).isEqualTo(401);
    assertThat(me(access)).isEqualTo(401);
  }

  private TestServer.Response providers() {
    return server.call("GET", "/api/auth/oidc/providers", null, null);
  }

  private String cookie() {
    return cookie(post("/api/auth/login", LOGIN, "X-Potluck-Session", "cookie"));
  }

  private static String cookie(TestServer.Response said) {
    String set = said.header("set-cookie").orElseThrow();
    return set.substring(0, set.indexOf(';'));
  }

  private TestServer.Response refresh(String cookie, String header, String value) {
    return post("/api/auth/refresh", null, "Cookie", cookie, header, value);
  }

  private int me(String access) {
    return server.call("GET", "/api/auth/me", access, null).status();
  }

  private TestServer.Response post(String path, @Nullable String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .POST(
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return server.send(request.build());
  }
}
