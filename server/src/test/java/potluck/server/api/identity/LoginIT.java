package potluck.server.api.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/**
 * Logins while passwords are guessed, and other routes under {@code /api/auth}. Each test has its
 * own server, because failures are counted per address and all tests have the same address.
 */
class LoginIT {
  private TestServer server = TestServer.start(Map.of("CHECK_USERNAME", "false"));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void guessingIsDelayedAndKnownDevicesAreNot() {
    assertEquals(200, login(TestServer.ADMIN, TestServer.PASSWORD, "own").status());
    int limited = 0;
    for (int i = 0; i < 12; i++) {
      TestServer.Response said = login(TestServer.ADMIN, "wrong-password", "thief");
      if (said.status() == 429) {
        assertTrue(Integer.parseInt(said.header("retry-after").orElseThrow()) >= 1);
        limited++;
      } else {
        assertEquals(401, said.status());
      }
    }
    assertTrue(limited > 0, "429 " + limited + " times");
    assertEquals(200, login(TestServer.ADMIN, TestServer.PASSWORD, "own").status());
  }

  @Test
  void unknownNameLooksLikeAWrongPasswordAndTheAddressIsLimited() {
    TestServer.Response wrong = login(TestServer.ADMIN, "wrong-password", "thief");
    for (int i = 0; i < 19; i++) {
      TestServer.Response unknown = login("nobody" + i, "wrong-password", "thief");
      assertEquals(wrong.status(), unknown.status());
      assertEquals(wrong.text(), unknown.text());
    }
    assertEquals(429, login("nobody", "wrong-password", "thief").status());
  }

  @Test
  void checkUsernameCanBeSwitchedOff() {
    String path = "/api/auth/check-username?username=" + TestServer.ADMIN;
    assertEquals(404, server.call("GET", path, null, null).status());
    assertTrue(TestServer.shared().call("GET", path, null, null).json().path("exists").asBoolean());
  }

  @Test
  void userJoinsTheBeta() {
    String admin = server.admin();
    assertEquals(200, server.call("POST", "/api/auth/join-beta", admin, null).status());
    assertEquals(
        1, server.call("GET", "/api/auth/beta-status", admin, null).json().path("beta").asInt());
  }

  private TestServer.Response login(String name, String password, String agent) {
    return server.send(
        HttpRequest.newBuilder(URI.create(server.url() + "/api/auth/login"))
            .header("User-Agent", agent)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password)))
            .build());
  }
}
