package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** User management by administrators; each test creates its own user. */
class UsersIT {
  private static final String PASSWORD = "a-password-of-my-own";

  private final TestServer server = TestServer.shared();
  private final String admin = server.admin();
  private final String name = "u-" + UUID.randomUUID();

  @Test
  void resetLinkBeginsWithThePublicUrl() {
    TestServer named = TestServer.start(Map.of("PUBLIC_URL", "https://potluck.example.org/"));
    try {
      String id =
          named
              .call("POST", "/api/admin/users", named.admin(), "{\"username\":\"linked\"}")
              .json()
              .path("id")
              .asText();
      assertThat(
              named
                  .call("POST", "/api/admin/users/" + id + "/reset-link", named.admin(), null)
                  .json()
                  .path("url")
                  .asText())
          .startsWith("https://potluck.example.org/reset#");
      TestServer.Response last =
          named.call("DELETE", "/api/auth/me", named.admin(), password(TestServer.PASSWORD));
      assertThat(last.status()).as("the last administrator").isEqualTo(409);
    } finally {
      named.close();
    }
  }

  @Test
  void userIsDeletedOnOwnRequestWithThePassword() {
    String token = server.user("leaves-" + UUID.randomUUID());
    String key = server.key(token);
    assertThat(server.call("DELETE", "/api/auth/me", token, password("wrong")).status())
        .isEqualTo(400);
    assertThat(server.call("GET", "/v1/models", key, null).status()).isEqualTo(200);
    assertThat(server.call("DELETE", "/api/auth/me", token, password(TestServer.PASSWORD)).status())
        .isEqualTo(200);
    assertThat(server.call("GET", "/api/auth/me", token, null).status()).isEqualTo(401);
    assertThat(server.call("GET", "/v1/models", key, null).status()).isEqualTo(401);
  }

  private static String password(String text) {
    return "{\"password\":\"%s\"}".formatted(text);
  }

  @Test
  void auditorFlagIsShown() {
    String name = "auditor-" + UUID.randomUUID();
    long id =
        server
            .call(
                "POST", "/api/admin/users", server.admin(), "{\"username\":\"%s\"}".formatted(name))
            .json()
            .path("id")
            .asLong();
    JsonNode changed =
        server
            .call("PATCH", "/api/admin/users/" + id, server.admin(), "{\"is_auditor\":true}")
            .json();
    assertEquals(true, changed.path("is_auditor").asBoolean());
  }

  @Test
  void listSaysRoleTeamAndWhatAUserShares() {
    String user = "seen-" + UUID.randomUUID();
    String token = server.user(user);
    server.key(token);
    server.call(
        "POST",
        "/api/plugin-api/accounts",
        token,
        "{\"provider\":\"openai\",\"api_key\":\"sk-shared-one\",\"models\":[\"m\"],\"is_shared\":1}");
    JsonNode found = list("search=" + user).path("users").path(0);
    assertEquals("member", found.path("role").asText());
    assertEquals(1, found.path("shares").asInt());
    assertEquals(1, found.path("keys").asInt());
    assertEquals(true, found.path("team").isNull());
    assertEquals(true, found.path("last_seen_at").isTextual());
    String path = "/api/admin/users/" + found.path("id").asLong();
    assertEquals(200, patch(path, "{\"is_silenced\":true}"));
    assertEquals(0, list("role=member&search=" + user).path("total").asInt());
    assertEquals(1, list("role=silenced&search=" + user).path("total").asInt());
    assertEquals(0, list("team=999999&search=" + user).path("total").asInt());
    assertEquals(422, server.call("GET", "/api/admin/users?role=x", server.admin(), null).status());
  }

  private JsonNode list(String query) {
    return server.call("GET", "/api/admin/users?" + query, server.admin(), null).json();
  }

  @Test
  void disabledUserLosesTokenAndKeyAtOnce() {
    String path = "/api/admin/users/" + add().path("id").asLong();
    String token = server.login(name, PASSWORD);
    String key = server.key(token);
    assertEquals(200, server.call("GET", "/v1/models", key, null).status());
    assertEquals(200, patch(path, "{\"is_active\":false}"));
    assertEquals(401, server.call("GET", "/api/auth/me", token, null).status());
    assertEquals(403, server.call("GET", "/v1/models", key, null).status());
    assertEquals(200, patch(path, "{\"is_active\":true}"));
    assertEquals(401, server.call("GET", "/api/auth/me", token, null).status());
    assertNotEquals("", server.login(name, PASSWORD));
  }

  @Test
  void searchFindsPartsOfNamesAndShowsNoHash() {
    add();
    TestServer.Response found =
        server.call("GET", "/api/admin/users?limit=1&search=" + name.substring(4), admin, null);
    assertEquals(1, found.json().path("total").asInt());
    assertEquals(name, found.json().path("users").path(0).path("username").asText());
    assertEquals(false, found.text().contains("$2b$"));
    assertEquals(
        0,
        server
            .call("GET", "/api/admin/users?search=%25" + name, admin, null)
            .json()
            .path("total")
            .asInt());
  }

  @Test
  void onlyAdministratorsMayManageUsersAndNotLockThemselvesOut() {
    String path = "/api/admin/users/" + add().path("id").asLong();
    String token = server.login(name, PASSWORD);
    assertEquals(403, server.call("GET", "/api/admin/users", token, null).status());
    assertEquals(403, server.call("PATCH", path, token, "{\"trust_level\":9}").status());
    assertEquals(401, server.call("GET", path, null, null).status());
    assertEquals(422, patch(path, "{\"trust_level\":10}"));
    assertEquals(404, patch("/api/admin/users/999999999", "{\"is_silenced\":true}"));
    long own = server.call("GET", "/api/auth/me", admin, null).json().path("id").asLong();
    assertEquals(400, patch("/api/admin/users/" + own, "{\"trust_level\":1}"));
  }

  @Test
  void resetLinkLetsAUserIn() {
    String path = "/api/admin/users/" + add().path("id").asLong() + "/reset-link";
    String token = server.call("POST", path, admin, null).json().path("token").asText();
    String body = "{\"token\":\"" + token + "\",\"password\":\"quite-another-one\"}";
    assertEquals(200, server.call("POST", "/api/auth/reset", null, body).status());
    assertNotEquals("", server.login(name, "quite-another-one"));
    assertEquals("", server.login(name, PASSWORD));
  }

  private JsonNode add() {
    String body = "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD);
    TestServer.Response added = server.call("POST", "/api/admin/users", admin, body);
    assertEquals(201, added.status(), added.text());
    assertEquals(409, server.call("POST", "/api/admin/users", admin, body).status());
    return added.json();
  }

  private int patch(String path, String body) {
    return server.call("PATCH", path, admin, body).status();
  }
}
