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
import potluck.server.testing.TestServer;

/** Users link and unlink logins of identity providers. */
class LinkedIdentityIT {
  private static final String PATH = "/api/auth/identities";

  private static FakeIdentityProvider provider;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    provider = new FakeIdentityProvider();
    server =
        TestServer.shared()
            .secondNode(
                Map.of(
                    "GITHUB_URL",
                    provider.url(),
                    "GITHUB_CLIENT_ID",
                    FakeIdentityProvider.CLIENT,
                    "GITHUB_CLIENT_SECRET",
                    FakeIdentityProvider.SECRET,
                    "LOGIN_REDIRECT_URL",
                    "http://127.0.0.1/auth/callback"));
  }

  @AfterAll
  static void stop() {
    server.close();
    provider.close();
  }

  @Test
  void linkedLoginIsTheSameUserUntilUnlinked() {
    String token = server.user("link-" + UUID.randomUUID().toString().substring(0, 8));
    String me = me(token);
    newIdentity();
    TestServer.Response linked = link(token, begin(token));
    assertThat(linked.status()).isEqualTo(201);
    assertThat(linked.json().path("name").asText()).isEqualTo("GitHub");

    assertThat(login().path("user").path("id").asText()).isEqualTo(me);
    JsonNode all = server.call("GET", PATH, token, null).json();
    assertThat(all.path("has_password").asBoolean()).isTrue();
    assertThat(all.path("identities")).hasSize(1);

    String one = PATH + "/" + all.path("identities").path(0).path("id").asText();
    assertThat(server.call("DELETE", one, token, null).status()).isEqualTo(200);
    assertThat(server.call("DELETE", one, token, null).status()).isEqualTo(404);
    assertThat(login().path("user").path("id").asText()).isNotEqualTo(me);
  }

  @Test
  void identityOfAnotherUserIsNotLinked() {
    newIdentity();
    String theirs = login().path("access_token").asText();
    String token = server.user("take-" + UUID.randomUUID().toString().substring(0, 8));
    assertThat(link(token, begin(token)).status()).isEqualTo(409);
    assertThat(login().path("user").path("id").asText()).isEqualTo(me(theirs));
    // A user cannot unlink an identity of another user.
    String id =
        server
            .call("GET", PATH, theirs, null)
            .json()
            .path("identities")
            .path(0)
            .path("id")
            .asText();
    assertThat(server.call("DELETE", PATH + "/" + id, token, null).status()).isEqualTo(404);
  }

  @Test
  void lastLoginMethodCannotBeUnlinked() {
    newIdentity();
    String token = login().path("access_token").asText();
    JsonNode all = server.call("GET", PATH, token, null).json();
    assertThat(all.path("has_password").asBoolean()).isFalse();
    String first = all.path("identities").path(0).path("id").asText();
    assertThat(server.call("DELETE", PATH + "/" + first, token, null).status()).isEqualTo(409);
    newIdentity();
    assertThat(link(token, begin(token)).status()).isEqualTo(201);
    assertThat(server.call("DELETE", PATH + "/" + first, token, null).status()).isEqualTo(200);
  }

  @Test
  void linkCanOnlyBeFinishedByItsUser() {
    String token = server.user("own-" + UUID.randomUUID().toString().substring(0, 8));
    String other = server.user("oth-" + UUID.randomUUID().toString().substring(0, 8));
    newIdentity();
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
      return provider.agree(url);
    }
  }

  private static void newIdentity() {
    provider.user("{\"id\":\"" + UUID.randomUUID() + "\",\"login\":\"someone\"}");
  }

  private static String me(String token) {
    return server.call("GET", "/api/auth/me", token, null).json().path("id").asText();
  }

  private static JsonNode login() {
    Begun begun = begin("/api/auth/oidc/github/login", null);
    return post("/api/auth/oidc/callback", null, begun, begun.agree()).json();
  }

  private static Begun begin(String token) {
    return begin(PATH + "/github/login", token);
  }

  private static Begun begin(String path, @Nullable String token) {
    TestServer.Response begun = server.call("GET", path, token, null);
    assertThat(begun.status()).as(begun.text()).isEqualTo(200);
    String cookie = begun.header("set-cookie").orElseThrow();
    return new Begun(
        begun.json().path("authorization_url").asText(),
        begun.json().path("state").asText(),
        cookie.substring(0, cookie.indexOf(';')));
  }

  private static TestServer.Response link(String token, Begun begun) {
    return post(PATH, token, begun, begun.agree());
  }

  private static TestServer.Response post(
      String path, @Nullable String token, Begun begun, String code) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("content-type", "application/json")
            .header("cookie", begun.cookie())
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"code\":\"%s\",\"state\":\"%s\"}".formatted(code, begun.state())));
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    return server.send(request.build());
  }
}
