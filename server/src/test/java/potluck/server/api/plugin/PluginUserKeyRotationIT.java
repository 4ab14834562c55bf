package potluck.server.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;
import potluck.server.settings.SecretFiles;
import potluck.server.testing.FakePluginService;
import potluck.server.testing.TestServer;

/** Users' keys of a Plug-in service are stored encrypted and sent only to that service. */
class PluginUserKeyRotationIT {
  private static final String OLD = SecretFiles.newKey();
  private final FakePluginService service = new FakePluginService();
  private final TestServer server = TestServer.start(environment());

  private Map<String, String> environment() {
    return Map.of(
        "PLUGIN_API_BASE_URL",
        service.address(),
        "PLUGIN_API_ADMIN_KEY",
        FakePluginService.ADMIN_KEY,
        "PLUGIN_API_ENCRYPTION_KEY",
        OLD,
        "UPSTREAM_ALLOWED_HOSTS",
        "");
  }

  @BeforeEach
  void giveKey() {
    TestServer.eventually(
        () ->
            Optional.of(server.call("GET", "/api/plugin-api/key", server.admin(), null))
                .filter(said -> said.status() == 200));
  }

  @AfterEach
  void close() {
    server.close();
    service.close();
  }

  private record Kept(String cookieId, String sealed, String pluginUserId) {}

  private Kept readStored() {
    try (var connection = server.database().source().getConnection();
        var query =
            connection.prepareStatement(
                "SELECT cookie_id, api_key, plugin_user_id FROM plugin_users"
                    + " WHERE api_key IS NOT NULL ORDER BY id LIMIT 1")) {
      var rows = query.executeQuery();
      assertThat(rows.next()).isTrue();
      return new Kept(rows.getString(1), rows.getString(2), rows.getString(3));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void pluginUserKeyIsSealedAndResealedWithANewerKey() {
    Kept kept = readStored();
    assertThat(kept.sealed()).startsWith("gAAAA").doesNotContain(FakePluginService.USER_KEY);
    assertThat(kept.pluginUserId()).isEqualTo("7f2d-there");
    String fresh = SecretFiles.newKey();
    Vault vault = new Vault(List.of(new Secret(fresh)), Clock.systemUTC());
    Vault.Location place = new Vault.Location("plugin_users", kept.cookieId(), "api_key");
    assertThat(vault.open(place, kept.sealed())).isEmpty();
    Map<String, String> newer = new HashMap<>(environment());
    newer.put("PLUGIN_API_ENCRYPTION_KEY", fresh + "," + OLD);
    TestServer next = server.secondNode(newer);
    try {
      Secret opened = TestServer.eventually(() -> vault.open(place, readStored().sealed()));
      assertThat(opened).isEqualTo(new Secret(FakePluginService.USER_KEY));
    } finally {
      next.close();
    }
  }

  @Test
  void pluginUserKeyIsNotSentToAnotherService() {
    try (FakePluginService other = new FakePluginService()) {
      Map<String, String> moved = new HashMap<>(environment());
      moved.put("PLUGIN_API_BASE_URL", other.address());
      other.answer("POST /api/users", 503, "{\"error\":\"not now\"}");
      TestServer next = server.secondNode(moved);
      try {
        assertThat(next.call("GET", "/api/plugin-api/accounts", server.admin(), null).status())
            .isEqualTo(503);
        assertThat(other.received)
            .isNotEmpty()
            .noneMatch(each -> ("Bearer " + FakePluginService.USER_KEY).equals(each.credential()));
      } finally {
        next.close();
      }
    }
  }
}
