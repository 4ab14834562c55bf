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
import potluck.server.scene.OldService;
import potluck.server.scene.TestHouse;
import potluck.server.settings.HouseSecrets;

/** How the keys of a Plug-in service are kept, and who is shown them. */
class SeatKeysIT {
  private static final String OLD = HouseSecrets.random();
  private final OldService service = new OldService();
  private final TestHouse house = TestHouse.own(environment());

  private Map<String, String> environment() {
    return Map.of(
        "PLUGIN_API_BASE_URL",
        service.address(),
        "PLUGIN_API_ADMIN_KEY",
        OldService.ADMIN_KEY,
        "PLUGIN_API_ENCRYPTION_KEY",
        OLD,
        "UPSTREAM_ALLOWED_HOSTS",
        "");
  }

  @BeforeEach
  void keyed() {
    TestHouse.eventually(
        () ->
            Optional.of(house.call("GET", "/api/plugin-api/key", house.admin(), null))
                .filter(said -> said.status() == 200));
  }

  @AfterEach
  void close() {
    house.close();
    service.close();
  }

  private record Kept(String cookieId, String sealed, String pluginUserId) {}

  private Kept kept() {
    try (var connection = house.database().source().getConnection();
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
  void theKeyIsKeptSealedAndSealedAnewWhereThereIsANewerKey() {
    Kept kept = kept();
    assertThat(kept.sealed()).startsWith("gAAAA").doesNotContain(OldService.USER_KEY);
    assertThat(kept.pluginUserId()).isEqualTo("7f2d-there");
    String fresh = HouseSecrets.random();
    Vault vault = new Vault(List.of(new Secret(fresh)), Clock.systemUTC());
    Vault.Place place = new Vault.Place("plugin_users", kept.cookieId(), "api_key");
    assertThat(vault.open(place, kept.sealed())).isEmpty();
    Map<String, String> newer = new HashMap<>(environment());
    newer.put("PLUGIN_API_ENCRYPTION_KEY", fresh + "," + OLD);
    TestHouse next = house.another(newer);
    try {
      Secret opened = TestHouse.eventually(() -> vault.open(place, kept().sealed()));
      assertThat(opened).isEqualTo(new Secret(OldService.USER_KEY));
    } finally {
      next.close();
    }
  }

  @Test
  void aKeyIsNotShownToAnotherService() {
    try (OldService other = new OldService()) {
      Map<String, String> moved = new HashMap<>(environment());
      moved.put("PLUGIN_API_BASE_URL", other.address());
      other.answer("POST /api/users", 503, "{\"error\":\"not now\"}");
      TestHouse next = house.another(moved);
      try {
        assertThat(next.call("GET", "/api/plugin-api/accounts", house.admin(), null).status())
            .isEqualTo(503);
        assertThat(other.heard)
            .isNotEmpty()
            .noneMatch(each -> ("Bearer " + OldService.USER_KEY).equals(each.credential()));
      } finally {
        next.close();
      }
    }
  }
}
