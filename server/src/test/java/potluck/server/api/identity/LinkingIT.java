package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import potluck.server.scene.TestHouse;

/** Users who add logins of other houses to theirs, and take them away. */
class LinkingIT {
  private static final String MINE = "/api/auth/identities";

  private static ForeignHouse foreign;
  private static TestHouse house;

  @BeforeAll
  static void start() throws Exception {
    foreign = new ForeignHouse();
    house =
        TestHouse.shared()
            .another(
                Map.of(
                    "GITHUB_URL",
                    foreign.url(),
                    "GITHUB_CLIENT_ID",
                    ForeignHouse.CLIENT,
                    "GITHUB_CLIENT_SECRET",
                    ForeignHouse.SECRET,
                    "LOGIN_REDIRECT_URL",
                    "http://127.0.0.1/auth/callback"));
  }

  @AfterAll
  static void stop() {
    house.close();
    foreign.close();
  }

  @Test
  void aLinkedLoginIsTheSameUserAndAnUnlinkedOneIsNot() {
    String token = house.user("link-" + UUID.randomUUID().toString().substring(0, 8));
    String me = me(token);
    someone();
    TestHouse.Said linked = link(token, begin(token));
    assertThat(linked.status()).isEqualTo(201);
    assertThat(linked.json().path("name").asText()).isEqualTo("GitHub");

    assertThat(login().path("user").path("id").asText()).isEqualTo(me);
    JsonNode all = house.call("GET", MINE, token, null).json();
    assertThat(all.path("has_password").asBoolean()).isTrue();
    assertThat(all.path("identities")).hasSize(1);

    String one = MINE + "/" + all.path("identities").path(0).path("id").asText();
    assertThat(house.call("DELETE", one, token, null).status()).isEqualTo(200);
    assertThat(house.call("DELETE", one, token, null).status()).isEqualTo(404);
    assertThat(login().path("user").path("id").asText()).isNotEqualTo(me);
  }

  @Test
  void aLoginThatIsAnotherUsersIsNotTaken() {
    someone();
    String theirs = login().path("access_token").asText();
    String token = house.user("take-" + UUID.randomUUID().toString().substring(0, 8));
    assertThat(link(token, begin(token)).status()).isEqualTo(409);
    assertThat(login().path("user").path("id").asText()).isEqualTo(me(theirs));
    // Nor can anybody unlink what is not theirs.
    String id =
        house.call("GET", MINE, theirs, null).json().path("identities").path(0).path("id").asText();
    assertThat(house.call("DELETE", MINE + "/" + id, token, null).status()).isEqualTo(404);
  }

  @Test
  void theOnlyWayInStays() {
    someone();
    String token = login().path("access_token").asText();
    JsonNode all = house.call("GET", MINE, token, null).json();
    assertThat(all.path("has_password").asBoolean()).isFalse();
    String first = all.path("identities").path(0).path("id").asText();
    assertThat(house.call("DELETE", MINE + "/" + first, token, null).status()).isEqualTo(409);
    someone();
    assertThat(link(token, begin(token)).status()).isEqualTo(201);
    assertThat(house.call("DELETE", MINE + "/" + first, token, null).status()).isEqualTo(200);
  }

  @Test
  void whatOneBeganNobodyElseEndsAndALinkIsNoLogin() {
    String token = house.user("own-" + UUID.randomUUID().toString().substring(0, 8));
    String other = house.user("oth-" + UUID.randomUUID().toString().substring(0, 8));
    someone();
    assertThat(link(other, begin(token)).status()).isEqualTo(400);
    Begun linking = begin(token);
    assertThat(post("/api/auth/oidc/callback", null, linking, linking.agree()).status())
        .isEqualTo(400);
    Begun loggingIn = begin("/api/auth/oidc/github/login", null);
    assertThat(link(token, loggingIn).status()).isEqualTo(400);
    Begun without = begin(token);
    assertThat(link(token, new Begun(without.url(), without.state(), "x=y")).status())
        .isEqualTo(400);
  }

  private record Begun(String url, String state, String cookie) {
    String agree() {
      return foreign.agree(url);
    }
  }

  private static void someone() {
    foreign.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"someone\"}");
  }

  private static String me(String token) {
    return house.call("GET", "/api/auth/me", token, null).json().path("id").asText();
  }

  private static JsonNode login() {
    Begun begun = begin("/api/auth/oidc/github/login", null);
    return post("/api/auth/oidc/callback", null, begun, begun.agree()).json();
  }

  private static Begun begin(String token) {
    return begin(MINE + "/github/login", token);
  }

  private static Begun begin(String path, @Nullable String token) {
    TestHouse.Said begun = house.call("GET", path, token, null);
    assertThat(begun.status()).as(begun.text()).isEqualTo(200);
    String cookie = begun.header("set-cookie").orElseThrow();
    return new Begun(
        begun.json().path("authorization_url").asText(),
        begun.json().path("state").asText(),
        cookie.substring(0, cookie.indexOf(';')));
  }

  private static TestHouse.Said link(String token, Begun begun) {
    return post(MINE, token, begun, begun.agree());
  }

  private static TestHouse.Said post(
      String path, @Nullable String token, Begun begun, String code) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(house.url() + path))
            .header("content-type", "application/json")
            .header("cookie", begun.cookie())
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"code\":\"%s\",\"state\":\"%s\"}".formatted(code, begun.state())));
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    return house.send(request.build());
  }
}
