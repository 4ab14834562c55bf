package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.server.testing.TestServer;

/** Logins with GitHub and Linux.do, at Potluck's paths and at AntiHub's older paths. */
class ExternalLoginIT {
  private static FakeIdentityProvider provider = new FakeIdentityProvider();
  private static TestServer server = TestServer.shared();
  private static TestServer closed = TestServer.shared();

  @BeforeAll
  static void start() {
    Map<String, String> settings =
        Map.of(
            "GITHUB_URL", provider.url(),
            "GITHUB_CLIENT_ID", FakeIdentityProvider.CLIENT,
            "GITHUB_CLIENT_SECRET", FakeIdentityProvider.SECRET,
            "LINUXDO_URL", provider.url(),
            "LINUXDO_CLIENT_ID", FakeIdentityProvider.CLIENT,
            "LINUXDO_CLIENT_SECRET", FakeIdentityProvider.SECRET,
            "LOGIN_REDIRECT_URL", "http://127.0.0.1/auth/callback");
    server = TestServer.shared().secondNode(settings);
    Map<String, String> noNewUsers = new java.util.HashMap<>(settings);
    noNewUsers.put("ALLOW_NEW_ACCOUNT_CREATION", "false");
    closed = TestServer.shared().secondNode(noNewUsers);
  }

  @AfterAll
  static void stop() {
    server.close();
    closed.close();
    provider.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/auth/oidc/github/login, /api/auth/oidc/github/callback",
    "/api/auth/github/login, /api/auth/github/callback",
    "/api/auth/oidc/linux_do/login, /api/auth/oidc/linux_do/callback",
    "/api/auth/sso/initiate, /api/auth/sso/callback",
    "/api/auth/oidc/github/login, /api/auth/oidc/callback",
  })
  void externalLoginOpensTheSameUser(String begin, String end) {
    String id = String.valueOf(Math.abs(UUID.randomUUID().getMostSignificantBits() / 1000));
    provider.user(
        "{\"id\":" + id + ",\"login\":\"octo cat\",\"avatar_url\":\"https://a.test/1.png\"}");
    JsonNode first = login(server, begin, end).json();
    assertThat(first.path("access_token").asText()).isNotEmpty();
    provider.user("{\"id\":" + id + ",\"login\":\"renamed\"}");
    JsonNode second = login(server, begin, end).json();
    assertThat(second.path("user").path("id")).isEqualTo(first.path("user").path("id"));
  }

  @Test
  void newUserIsRefusedIfCreationIsOff() {
    provider.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"newcomer\"}");
    TestServer.Response said = login(closed, "/api/auth/github/login", "/api/auth/github/callback");
    assertThat(said.status()).isEqualTo(403);
  }

  @Test
  void unavailableProviderIs503() {
    provider.failWith(500);
    try {
      TestServer.Response said =
          login(server, "/api/auth/github/login", "/api/auth/github/callback");
      assertThat(said.status()).isEqualTo(503);
      assertThat(said.header("retry-after")).isPresent();
      TestServer.Response chinese =
          login(server, "/api/auth/github/login", "/api/auth/github/callback", "zh-CN");
      assertThat(chinese.json().path("detail").asText()).matches("[^A-Za-z]+");
    } finally {
      provider.failWith(0);
    }
  }

  @Test
  void codeWorksOnce() {
    provider.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"twice\"}");
    Begun begun = begin(server, "/api/auth/github/login");
    String code = provider.agree(begun.url());
    assertThat(end(server, "/api/auth/github/callback", code, begun, "").status()).isEqualTo(200);
    Begun again = begin(server, "/api/auth/github/login");
    assertThat(end(server, "/api/auth/github/callback", code, again, "").status()).isEqualTo(400);
  }

  @Test
  void twoTabsLogInSideBySide() {
    provider.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"tabs\"}");
    Begun one = begin(server, "/api/auth/github/login");
    Begun two = begin(server, "/api/auth/github/login");
    String jar = one.cookie() + "; " + two.cookie();
    String second = provider.agree(two.url());
    String first = provider.agree(one.url());
    assertThat(
            end(
                    server,
                    "/api/auth/github/callback",
                    second,
                    new Begun(two.url(), two.state(), jar),
                    "")
                .status())
        .isEqualTo(200);
    assertThat(
            end(
                    server,
                    "/api/auth/github/callback",
                    first,
                    new Begun(one.url(), one.state(), jar),
                    "")
                .status())
        .isEqualTo(200);
  }

  @Test
  void responseOfAnotherIssuerIsRefused() {
    Begun begun = begin(server, "/api/auth/github/login");
    String body =
        "{\"code\":\"%s\",\"state\":\"%s\",\"iss\":\"https://evil.test\"}"
            .formatted(provider.agree(begun.url()), begun.state());
    assertThat(post(server, "/api/auth/github/callback", begun, body, "").status()).isEqualTo(400);
  }

  @Test
  void invalidAvatarUrlIsIgnored() {
    provider.user(
        "{\"id\":\""
            + UUID.randomUUID()
            + "\",\"login\":\"x\",\"avatar_url\":\"javascript:alert(1)\"}");
    JsonNode user =
        login(server, "/api/auth/github/login", "/api/auth/github/callback").json().path("user");
    assertThat(user.path("avatar_url").isNull()).isTrue();
  }

  @Test
  void loginStartsAreRateLimited() {
    int last = 200;
    for (int i = 0; i < 61 && last == 200; i++) {
      last = closed.call("GET", "/api/auth/github/login", null, null).status();
    }
    assertThat(last).isEqualTo(429);
  }

  private record Begun(String url, String state, String cookie) {}

  private static TestServer.Response login(TestServer at, String begin, String end) {
    return login(at, begin, end, "en");
  }

  private static TestServer.Response login(
      TestServer at, String begin, String end, String language) {
    Begun begun = begin(at, begin);
    return end(at, end, provider.agree(begun.url()), begun, language);
  }

  private static Begun begin(TestServer at, String path) {
    TestServer.Response begun = at.call("GET", path, null, null);
    assertThat(begun.status()).as(begun.text()).isEqualTo(200);
    String cookie = begun.header("set-cookie").orElseThrow();
    return new Begun(
        begun.json().path("authorization_url").asText(),
        begun.json().path("state").asText(),
        cookie.substring(0, cookie.indexOf(';')));
  }

  private static TestServer.Response end(
      TestServer at, String path, String code, Begun begun, String language) {
    if (path.equals("/api/auth/sso/callback")) {
      return at.send(
          HttpRequest.newBuilder(
                  URI.create(at.url() + path + "?code=" + code + "&state=" + begun.state()))
              .header("cookie", begun.cookie())
              .build());
    }
    String body = "{\"code\":\"%s\",\"state\":\"%s\"}".formatted(code, begun.state());
    return post(at, path, begun, body, language);
  }

  private static TestServer.Response post(
      TestServer at, String path, Begun begun, String body, String language) {
    return at.send(
        HttpRequest.newBuilder(URI.create(at.url() + path))
            .header("content-type", "application/json")
            .header("accept-language", language.isEmpty() ? "en" : language)
            .header("cookie", begun.cookie())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
