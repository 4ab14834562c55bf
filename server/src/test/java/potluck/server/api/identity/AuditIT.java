package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** The audit log records actions without secrets; verification detects manipulated entries. */
class AuditIT {
  @Test
  void adminActionsAreRecordedWithoutSecrets() {
    TestServer server = TestServer.shared();
    String name = "audited-" + UUID.randomUUID();
    long id =
        server
            .call(
                "POST",
                "/api/admin/users",
                server.admin(),
                "{\"username\":\"%s\",\"password\":\"the-secret-word-1\"}".formatted(name))
            .json()
            .path("id")
            .asLong();
    server.call("PATCH", "/api/admin/users/" + id, server.admin(), "{\"is_silenced\":true}");
    server.login(name, "not-the-secret-word");
    TestServer.Response said =
        server.call("GET", "/api/admin/audit?limit=500", server.admin(), null);
    assertThat(said.text()).contains("user.add", "user.change", "login.failed", name);
    assertThat(said.text()).doesNotContain("the-secret-word-1", "not-the-secret-word");
    JsonNode about =
        server
            .call("GET", "/api/admin/audit?object=user%20" + id, server.admin(), null)
            .json()
            .path("entries");
    assertThat(about).hasSize(2).allMatch(e -> e.path("object_name").asText().equals(name));
    assertThat(about.path(0).path("actor_name").asText()).isEqualTo(TestServer.ADMIN);
    String csv =
        server
            .call("GET", "/api/admin/audit?format=csv&object=user%20" + id, server.admin(), null)
            .text();
    assertThat(csv.lines()).hasSize(3).first().asString().startsWith("id,at,actor,");
    assertThat(csv).contains("\"user.add\"", "\"" + name + "\"");
    JsonNode some =
        server.call("GET", "/api/admin/audit?action=user.change", server.admin(), null).json();
    assertThat(some.path("entries"))
        .isNotEmpty()
        .allMatch(e -> e.path("action").asText().equals("user.change"));
  }

  @Test
  void verifyFindsChangedAndMissingEntries() throws SQLException {
    TestServer own = TestServer.start(Map.of());
    try {
      for (int i = 0; i < 5; i++) {
        own.call("POST", "/api/admin/invitations", own.admin(), null);
      }
      JsonNode intact = verified(own);
      assertThat(intact.path("ok").asBoolean()).isTrue();
      assertThat(intact.path("entries").asLong()).isEqualTo(5);
      assertThat(intact.path("first_at").asText()).startsWith("20");
      sql(own, "UPDATE audit SET details = 'nothing' WHERE id = 3");
      assertThat(verified(own).path("wrong").asText()).isEqualTo("entry 3 was changed");
      sql(own, "DELETE FROM audit WHERE id = 3");
      assertThat(verified(own).path("wrong").asText()).isEqualTo("entry 3 is missing");
    } finally {
      own.close();
    }
  }

  private static JsonNode verified(TestServer server) {
    return server.call("GET", "/api/admin/audit/verify", server.admin(), null).json();
  }

  private static void sql(TestServer server, String statement) throws SQLException {
    try (var connection = server.database().source().getConnection();
        var run = connection.createStatement()) {
      run.execute(statement);
    }
  }
}
