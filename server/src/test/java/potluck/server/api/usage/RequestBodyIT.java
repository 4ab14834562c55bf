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

/** Request bodies are stored only if USAGE_LOG_BODIES is on: encrypted, with masked secrets. */
class RequestBodyIT {
  private static final String BODY =
      "{\"model\":\"potluck-demo\",\"messages\":[{\"role\":\"user\",\"content\":"
          + "\"my key is sk-abcdefghijklmnopqrstuvwxyz, and 你好\"}]}";

  @Test
  void bodyIsReadableByItsUserAndSealedInTheDatabase() throws SQLException {
    TestServer server = TestServer.start(Map.of("USAGE_LOG_BODIES", "true"));
    try {
      String admin = server.admin();
      String user = server.user("bodies");
      String key = server.key(user);
      assertThat(server.call("POST", "/v1/chat/completions", key, BODY).status()).isEqualTo(200);
      long row = row(server, user);

      JsonNode stored =
          TestServer.eventually(
              () -> {
                TestServer.Response said =
                    server.call("GET", "/api/usage/logs/" + row + "/request-body", user, null);
                return said.status() == 200 ? Optional.of(said.json()) : Optional.empty();
              });

      JsonNode data = stored.path("data");
      assertThat(data.path("id").asLong()).isEqualTo(row);
      assertThat(data.path("request_body").asText())
          .contains("你好")
          .contains("sk-***")
          .doesNotContain("abcdefghijkl");
      assertThat(data.path("request_headers").path("authorization").asText()).isEqualTo("***");
      assertThat(stored.toString()).doesNotContain(key);
      String inDatabase = text(server, "SELECT headers::text || body FROM request_bodies");
      assertThat(inDatabase).doesNotContain("你好").doesNotContain(key);

      String other = server.user("curious");
      String path = "/api/usage/requests/logs/" + row + "/request-body";
      assertThat(server.call("GET", path, other, null).status()).isEqualTo(404);
      assertThat(server.call("GET", path + "?all=1", other, null).status()).isEqualTo(400);
      assertThat(server.call("GET", path + "?all=1", admin, null).status()).isEqualTo(200);
      assertThat(server.call("GET", "/api/admin/audit", admin, null).text()).contains("usage.body");
    } finally {
      server.close();
    }
  }

  @Test
  void bodiesAreNotStoredByDefault() throws SQLException {
    TestServer server = TestServer.shared();
    String user = server.user("private");
    String key = server.key(user);
    assertThat(server.call("POST", "/v1/chat/completions", key, BODY).status()).isEqualTo(200);
    TestServer.Response said =
        server.call("GET", "/api/usage/logs/" + row(server, user) + "/request-body", user, null);
    assertThat(said.status()).isEqualTo(404);
    assertThat(said.text()).contains("USAGE_LOG_BODIES");
    assertThat(text(server, "SELECT count(*)::text FROM request_bodies")).isEqualTo("0");
  }

  private static String text(TestServer server, String sql) throws SQLException {
    try (Connection connection = server.database().source().getConnection();
        ResultSet found = connection.createStatement().executeQuery(sql)) {
      found.next();
      return found.getString(1);
    }
  }

  private static long row(TestServer server, String user) {
    return TestServer.eventually(
        () -> {
          JsonNode logs =
              server.call("GET", "/api/usage/logs", user, null).json().path("data").path("logs");
          return logs.isEmpty() ? Optional.empty() : Optional.of(logs.get(0).path("id").asLong());
        });
  }
}
