package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.testing.RawClient;
import potluck.server.testing.TestServer;

/** A failed login reveals nothing about which users exist: every answer has the same bytes. */
@Timeout(120)
class LoginAnswersIT {
  private static final String LONG = "a long pass phrase; ".repeat(5);

  private static final TestServer SERVER =
      TestServer.shared()
          .secondNode(Map.of("LOGIN_FAILURES_PER_ADDRESS", "1000", "LOGIN_FREE_FAILURES", "100"));

  @BeforeAll
  static void createUsers() {
    add("answers-here", ",\"password\":\"" + LONG + "\"");
    add("answers-sso", ""); // A user without a password.
    long off = add("answers-off", ",\"password\":\"" + LONG + "\"");
    TestServer.Response said =
        SERVER.call("PATCH", "/api/admin/users/" + off, SERVER.admin(), "{\"is_active\":false}");
    assertThat(said.status()).as(said.text()).isEqualTo(200);
  }

  @AfterAll
  static void close() {
    SERVER.close();
  }

  private static long add(String name, String password) {
    TestServer.Response said =
        SERVER.call(
            "POST",
            "/api/admin/users",
            SERVER.admin(),
            "{\"username\":\"%s\"%s}".formatted(name, password));
    assertThat(said.status()).as(said.text()).isEqualTo(201);
    return said.json().path("id").asLong();
  }

  @Test
  void failedLoginsGetIdenticalResponses() throws IOException {
    String expected = answer("answers-here", "wrong-password");
    assertThat(expected).startsWith("HTTP/1.1 401 ").contains("{\"detail\":");
    for (String name : new String[] {"answers-here", "answers-sso", "answers-off", "answers-no"}) {
      for (String password :
          new String[] {
            "wrong-password",
            "",
            "x".repeat(256),
            "x".repeat(5000),
            "\\u0000",
            LONG + "\\u0000more",
            LONG.substring(0, 72),
            LONG.strip(),
            "\\ud800"
          }) {
        assertThat(answer(name, password)).as(name + " with " + password).isEqualTo(expected);
      }
    }
    for (String name :
        new String[] {"answers-here\\u0000", "\\u0000", "", "\\ud800", "x".repeat(5000)}) {
      assertThat(answer(name, LONG)).as(name).isEqualTo(expected);
    }
  }

  @Test
  void disabledIsShownOnlyWithTheRightPassword() throws IOException {
    assertThat(answer("answers-off", LONG)).startsWith("HTTP/1.1 403 ");
    assertThat(answer("answers-here", LONG)).startsWith("HTTP/1.1 200 ");
    assertThat(answer("ANSWERS-HERE", LONG)).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void unstorableTextIs422() {
    TestServer.Response said =
        SERVER.call("POST", "/api/api-keys", SERVER.admin(), "{\"name\":\"a\\u0000b\"}");
    assertThat(said.status()).as(said.text()).isEqualTo(422);
    assertThat(said.text()).contains("name", "NUL");
  }

  /** The complete response without the headers date and x-request-id, which vary. */
  private static String answer(String name, String password) throws IOException {
    String body = "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password);
    try (RawClient client =
        new RawClient(SERVER)
            .write(
                "POST /api/auth/login HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
                    + "content-type: application/json\r\ncontent-length: "
                    + body.getBytes(StandardCharsets.ISO_8859_1).length
                    + "\r\n\r\n"
                    + body)) {
      String said = client.readAll();
      assertThat(said).containsIgnoringCase("\r\nx-request-id: ");
      return said.replaceAll("(?mi)^(date|x-request-id): .*\r\n", "");
    }
  }
}
