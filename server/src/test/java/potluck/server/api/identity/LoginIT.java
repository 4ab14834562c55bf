package potluck.server.api.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import potluck.server.scene.TestHouse;

/** Logins under attack; each in a house of its own, since an address is held up as a whole. */
class LoginIT {
  private TestHouse house = TestHouse.own(Map.of("CHECK_USERNAME", "false"));

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void guessingIsHeldUpButTheUsersOwnDeviceIsNot() {
    assertEquals(200, login(TestHouse.ADMIN, TestHouse.PASSWORD, "own").status());
    int held = 0;
    for (int i = 0; i < 12; i++) {
      TestHouse.Said said = login(TestHouse.ADMIN, "wrong-password", "thief");
      if (said.status() == 429) {
        assertTrue(Integer.parseInt(said.header("retry-after").orElseThrow()) >= 1);
        held++;
      } else {
        assertEquals(401, said.status());
      }
    }
    assertTrue(held > 0, "held up " + held + " times");
    assertEquals(200, login(TestHouse.ADMIN, TestHouse.PASSWORD, "own").status());
  }

  @Test
  void anUnknownNameIsAnsweredAsAWrongPasswordAndTheAddressIsHeldUpInTheEnd() {
    TestHouse.Said wrong = login(TestHouse.ADMIN, "wrong-password", "thief");
    for (int i = 0; i < 19; i++) {
      TestHouse.Said unknown = login("nobody" + i, "wrong-password", "thief");
      assertEquals(wrong.status(), unknown.status());
      assertEquals(wrong.text(), unknown.text());
    }
    assertEquals(429, login("nobody", "wrong-password", "thief").status());
  }

  @Test
  void namesCannotBeAskedForWhereTheHouseDoesNotWantIt() {
    String path = "/api/auth/check-username?username=" + TestHouse.ADMIN;
    assertEquals(404, house.call("GET", path, null, null).status());
    assertTrue(TestHouse.shared().call("GET", path, null, null).json().path("exists").asBoolean());
  }

  @Test
  void aUserJoinsTheBetaAndSeesIt() {
    String admin = house.admin();
    assertEquals(200, house.call("POST", "/api/auth/join-beta", admin, null).status());
    assertEquals(
        1, house.call("GET", "/api/auth/beta-status", admin, null).json().path("beta").asInt());
  }

  private TestHouse.Said login(String name, String password, String agent) {
    return house.send(
        HttpRequest.newBuilder(URI.create(house.url() + "/api/auth/login"))
            .header("User-Agent", agent)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password)))
            .build());
  }
}
