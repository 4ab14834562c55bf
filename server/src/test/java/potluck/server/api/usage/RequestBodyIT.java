package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** What was asked is kept only where that is switched on: sealed, without secrets. */
class RequestBodyIT {
  private static final String BODY =
      "{\"model\":\"potluck-demo\",\"messages\":[{\"role\":\"user\",\"content\":"
          + "\"my key is sk-abcdefghijklmnopqrstuvwxyz, and 你好\"}]}";

  @Test
  void bodyIsReadableByItsUserAndSealedInTheDatabase() throws SQLException {
    TestServer house = TestServer.start(Map.of("USAGE_LOG_BODIES", "true"));
    try {
      String admin = house.admin();
      String user = house.user("bodies");
      String key = house.key(user);
      assertThat(house.call("POST", "/v1/chat/completions", key, BODY).status()).isEqualTo(200);
      long row = row(house, user);

      JsonNode kept =
          TestServer.eventually(
              () -> {
                TestServer.Response said =
                    house.call("GET", "/api/usage/logs/" + row + "/request-body", user, null);
                return said.status() == 200 ? Optional.of(said.json()) : Optional.empty();
              });

      JsonNode data = kept.path("data");
      assertThat(data.path("id").asLong()).isEqualTo(row);
      assertThat(data.path("request_body").asText())
          .contains("你好")
          .contains("sk-***")
          .doesNotContain("abcdefghijkl");
      assertThat(data.path("request_headers").path("authorization").asText()).isEqualTo("***");
      assertThat(kept.toString()).doesNotContain(key);
      String inDatabase = text(house, "SELECT headers::text || body FROM request_bodies");
      assertThat(inDatabase).doesNotContain("你好").doesNotContain(key);

      String other = house.user("curious");
      String path = "/api/usage/requests/logs/" + row + "/request-body";
      assertThat(house.call("GET", path, other, null).status()).isEqualTo(404);
      assertThat(house.call("GET", path + "?all=1", other, null).status()).isEqualTo(400);
      assertThat(house.call("GET", path + "?all=1", admin, null).status()).isEqualTo(200);
      assertThat(house.call("GET", "/api/admin/audit", admin, null).text()).contains("usage.body");
    } finally {
      house.close();
    }
  }

  @Test
  void bodiesAreNotStoredByDefault() throws SQLException {
    TestServer house = TestServer.shared();
    String user = house.user("private");
    String key = house.key(user);
    assertThat(house.call("POST", "/v1/chat/completions", key, BODY).status()).isEqualTo(200);
    TestServer.Response said =
        house.call("GET", "/api/usage/logs/" + row(house, user) + "/request-body", user, null);
    assertThat(said.status()).isEqualTo(404);
    assertThat(said.text()).contains("USAGE_LOG_BODIES");
    assertThat(text(house, "SELECT count(*)::text FROM request_bodies")).isEqualTo("0");
  }

  private static String text(TestServer house, String sql) throws SQLException {
    try (Connection connection = house.database().source().getConnection();
        ResultSet found = connection.createStatement().executeQuery(sql)) {
      found.next();
      return found.getString(1);
    }
  }

  private static long row(TestServer house, String user) {
    return TestServer.eventually(
        () -> {
          JsonNode logs =
              house.call("GET", "/api/usage/logs", user, null).json().path("data").path("logs");
          return logs.isEmpty() ? Optional.empty() : Optional.of(logs.get(0).path("id").asLong());
        });
  }
}
