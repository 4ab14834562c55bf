package potluck.server.api.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.gateway.identity.ResetLinks;
import potluck.gateway.identity.Users;
import potluck.gateway.store.ChangeFeed;
import potluck.server.testing.TestServer;

/** Logout, ending of sessions, and password changes; on its own server, since all logins end. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogoutIT {
  private TestServer server;

  @BeforeAll
  void open() {
    server = TestServer.start(Map.of());
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void logoutEndsThisSessionAndTheNamedOne() {
    JsonNode here = login(TestServer.PASSWORD);
    JsonNode named = login(TestServer.PASSWORD);
    JsonNode other = login(TestServer.PASSWORD);
    String body = "{\"refresh_token\":\"" + refreshToken(named) + "\"}";
    assertEquals(200, server.call("POST", "/api/auth/logout", access(here), body).status());
    assertEquals(401, me(here));
    assertEquals(401, me(named));
    assertEquals(200, me(other));
    assertEquals(401, refresh(here));
  }

  @Test
  void endingASessionKeepsTheOthers() {
    JsonNode here = login(TestServer.PASSWORD);
    JsonNode there = login(TestServer.PASSWORD);
    String id = current(there);
    assertEquals(404, end(here, UUID.randomUUID().toString()));
    assertEquals(404, end(here, "nonsense"));
    assertEquals(200, end(here, id));
    assertEquals(404, end(here, id));
    assertEquals(401, me(there));
    assertEquals(200, me(here));
  }

  @Test
  void passwordChangeKeepsThisSessionAndLogoutAllEndsAll() {
    JsonNode here = login(TestServer.PASSWORD);
    JsonNode there = login(TestServer.PASSWORD);
    assertEquals(400, change(here, "wrong-password", "another-good-one"));
    assertEquals(422, change(here, TestServer.PASSWORD, "short"));
    assertEquals(200, change(here, TestServer.PASSWORD, "another-good-one"));
    assertEquals(200, me(here));
    assertEquals(401, me(there));
    assertEquals(200, change(here, "another-good-one", TestServer.PASSWORD));
    JsonNode last = login(TestServer.PASSWORD);
    assertEquals(200, server.call("POST", "/api/auth/logout-all", access(last), null).status());
    assertEquals(401, me(here));
    assertEquals(401, me(last));
    assertEquals(401, refresh(last));
    assertEquals(200, me(login(TestServer.PASSWORD)));
  }

  @Test
  void resetLinkWorksOnceAndEndsEverySession() {
    Jdbi jdbi = Jdbi.create(server.database().source());
    ChangeFeed changes = new ChangeFeed(jdbi);
    long id = new Users(jdbi, changes).find(TestServer.ADMIN).orElseThrow().id();
    String token = new ResetLinks(jdbi, changes, java.time.Clock.systemUTC()).create(id);
    JsonNode before = login(TestServer.PASSWORD);
    String body = "{\"token\":\"%s\",\"password\":\"%s\"}".formatted(token, TestServer.PASSWORD);
    assertEquals(200, server.call("POST", "/api/auth/reset", null, body).status());
    assertEquals(400, server.call("POST", "/api/auth/reset", null, body).status());
    assertEquals(401, refresh(before));
    assertEquals(401, me(before));
  }

  private JsonNode login(String password) {
    String body = "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(TestServer.ADMIN, password);
    JsonNode login = server.call("POST", "/api/auth/login", null, body).json();
    assertTrue(login.has("access_token"), login.toString());
    return login;
  }

  private String current(JsonNode login) {
    for (JsonNode one :
        server.call("GET", "/api/auth/sessions", access(login), null).json().path("sessions")) {
      if (one.path("current").asBoolean()) {
        return one.path("id").asText();
      }
    }
    throw new AssertionError("no session is the current one");
  }

  private int end(JsonNode login, String id) {
    return server.call("DELETE", "/api/auth/sessions/" + id, access(login), null).status();
  }

  private int change(JsonNode login, String current, String fresh) {
    String body = "{\"current_password\":\"%s\",\"new_password\":\"%s\"}".formatted(current, fresh);
    return server.call("POST", "/api/auth/password", access(login), body).status();
  }

  private int me(JsonNode login) {
    return server.call("GET", "/api/auth/me", access(login), null).status();
  }

  private int refresh(JsonNode login) {
    String body = "{\"refresh_token\":\"" + refreshToken(login) + "\"}";
    return server.call("POST", "/api/auth/refresh", null, body).status();
  }

  private static String access(JsonNode login) {
    return login.path("access_token").asText();
  }

  private static String refreshToken(JsonNode login) {
    return login.path("refresh_token").asText();
  }
}
