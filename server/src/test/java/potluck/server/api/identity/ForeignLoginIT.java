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
import potluck.server.scene.TestHouse;

/** Logging in by way of GitHub and Linux.do, at their new addresses and the origin's older ones. */
class ForeignLoginIT {
  private static ForeignHouse foreign = new ForeignHouse();
  private static TestHouse house = TestHouse.shared();
  private static TestHouse closed = TestHouse.shared();

  @BeforeAll
  static void start() {
    Map<String, String> settings =
        Map.of(
            "GITHUB_URL", foreign.url(),
            "GITHUB_CLIENT_ID", ForeignHouse.CLIENT,
            "GITHUB_CLIENT_SECRET", ForeignHouse.SECRET,
            "LINUXDO_URL", foreign.url(),
            "LINUXDO_CLIENT_ID", ForeignHouse.CLIENT,
            "LINUXDO_CLIENT_SECRET", ForeignHouse.SECRET,
            "LOGIN_REDIRECT_URL", "http://127.0.0.1/auth/callback");
    house = TestHouse.shared().another(settings);
    Map<String, String> shut = new java.util.HashMap<>(settings);
    shut.put("ALLOW_NEW_ACCOUNT_CREATION", "false");
    closed = TestHouse.shared().another(shut);
  }

  @AfterAll
  static void stop() {
    house.close();
    closed.close();
    foreign.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/auth/oidc/github/login, /api/auth/oidc/github/callback",
    "/api/auth/github/login, /api/auth/github/callback",
    "/api/auth/oidc/linux_do/login, /api/auth/oidc/linux_do/callback",
    "/api/auth/sso/initiate, /api/auth/sso/callback",
    "/api/auth/oidc/github/login, /api/auth/oidc/callback",
  })
  void whoIsKnownThereIsKnownHere(String begin, String end) {
    String id = String.valueOf(Math.abs(UUID.randomUUID().getMostSignificantBits() / 1000));
    foreign.user(
        "{\"id\":" + id + ",\"login\":\"octo cat\",\"avatar_url\":\"https://a.test/1.png\"}");
    JsonNode first = login(house, begin, end).json();
    assertThat(first.path("access_token").asText()).isNotEmpty();
    foreign.user("{\"id\":" + id + ",\"login\":\"renamed\"}");
    JsonNode second = login(house, begin, end).json();
    assertThat(second.path("user").path("id")).isEqualTo(first.path("user").path("id"));
  }

  @Test
  void whoIsNewIsNotLetInWhereNobodyMayBe() {
    foreign.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"newcomer\"}");
    TestHouse.Said said = login(closed, "/api/auth/github/login", "/api/auth/github/callback");
    assertThat(said.status()).isEqualTo(403);
  }

  @Test
  void aHouseThatIsDownIs503AndNobodysFault() {
    foreign.breaks(500);
    try {
      TestHouse.Said said = login(house, "/api/auth/github/login", "/api/auth/github/callback");
      assertThat(said.status()).isEqualTo(503);
      assertThat(said.header("retry-after")).isPresent();
      TestHouse.Said chinese =
          login(house, "/api/auth/github/login", "/api/auth/github/callback", "zh-CN");
      assertThat(chinese.json().path("detail").asText()).matches("[^A-Za-z]+");
    } finally {
      foreign.breaks(0);
    }
  }

  @Test
  void aCodeIsGoodOnce() {
    foreign.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"twice\"}");
    Begun begun = begin(house, "/api/auth/github/login");
    String code = foreign.agree(begun.url());
    assertThat(end(house, "/api/auth/github/callback", code, begun, "").status()).isEqualTo(200);
    Begun again = begin(house, "/api/auth/github/login");
    assertThat(end(house, "/api/auth/github/callback", code, again, "").status()).isEqualTo(400);
  }

  @Test
  void twoTabsLogInSideBySide() {
    foreign.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"tabs\"}");
    Begun one = begin(house, "/api/auth/github/login");
    Begun two = begin(house, "/api/auth/github/login");
    String jar = one.cookie() + "; " + two.cookie();
    String second = foreign.agree(two.url());
    String first = foreign.agree(one.url());
    assertThat(
            end(
                    house,
                    "/api/auth/github/callback",
                    second,
                    new Begun(two.url(), two.state(), jar),
                    "")
                .status())
        .isEqualTo(200);
    assertThat(
            end(
                    house,
                    "/api/auth/github/callback",
                    first,
                    new Begun(one.url(), one.state(), jar),
                    "")
                .status())
        .isEqualTo(200);
  }

  @Test
  void anAnswerThatNamesAnotherIssuerIsRefused() {
    Begun begun = begin(house, "/api/auth/github/login");
    String body =
        "{\"code\":\"%s\",\"state\":\"%s\",\"iss\":\"https://evil.test\"}"
            .formatted(foreign.agree(begun.url()), begun.state());
    assertThat(post(house, "/api/auth/github/callback", begun, body, "").status()).isEqualTo(400);
  }

  @Test
  void anAvatarThatIsNoPlainAddressIsLeftOut() {
    foreign.user(
        "{\"id\":\""
            + UUID.randomUUID()
            + "\",\"login\":\"x\",\"avatar_url\":\"javascript:alert(1)\"}");
    JsonNode user =
        login(house, "/api/auth/github/login", "/api/auth/github/callback").json().path("user");
    assertThat(user.path("avatar_url").isNull()).isTrue();
  }

  @Test
  void loginsAreNotBegunWithoutEnd() {
    int last = 200;
    for (int i = 0; i < 61 && last == 200; i++) {
      last = closed.call("GET", "/api/auth/github/login", null, null).status();
    }
    assertThat(last).isEqualTo(429);
  }

  private record Begun(String url, String state, String cookie) {}

  private static TestHouse.Said login(TestHouse at, String begin, String end) {
    return login(at, begin, end, "en");
  }

  private static TestHouse.Said login(TestHouse at, String begin, String end, String language) {
    Begun begun = begin(at, begin);
    return end(at, end, foreign.agree(begun.url()), begun, language);
  }

  private static Begun begin(TestHouse at, String path) {
    TestHouse.Said begun = at.call("GET", path, null, null);
    assertThat(begun.status()).as(begun.text()).isEqualTo(200);
    String cookie = begun.header("set-cookie").orElseThrow();
    return new Begun(
        begun.json().path("authorization_url").asText(),
        begun.json().path("state").asText(),
        cookie.substring(0, cookie.indexOf(';')));
  }

  private static TestHouse.Said end(
      TestHouse at, String path, String code, Begun begun, String language) {
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

  private static TestHouse.Said post(
      TestHouse at, String path, Begun begun, String body, String language) {
    return at.send(
        HttpRequest.newBuilder(URI.create(at.url() + path))
            .header("content-type", "application/json")
            .header("accept-language", language.isEmpty() ? "en" : language)
            .header("cookie", begun.cookie())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
