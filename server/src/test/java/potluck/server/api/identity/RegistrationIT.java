package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/** Registration with and without invitations, and deletion of a registered user. */
class RegistrationIT {
  private final TestServer server = TestServer.shared();

  @Test
  void invitationAllowsItsNumberOfUses() {
    JsonNode made =
        server.call("POST", "/api/admin/invitations", server.admin(), "{\"max_uses\":2}").json();
    String code = made.path("code").asText();
    assertThat(code).hasSizeGreaterThan(30);
    assertThat(made.at("/invitation/uses").asInt()).isEqualTo(2);
    assertThat(register(name(), code).status()).isEqualTo(200);
    String second = name();
    TestServer.Response said = register(second, code);
    assertThat(said.json().path("user").path("username").asText()).isEqualTo(second);
    assertThat(
            server
                .call("GET", "/api/auth/me", said.json().path("access_token").asText(), null)
                .status())
        .isEqualTo(200);
    assertThat(register(name(), code).status()).isEqualTo(400);
    assertThat(server.call("GET", "/api/admin/invitations", server.admin(), null).text())
        .doesNotContain(code);
  }

  @Test
  void takenNameUsesNoInvitation() {
    JsonNode made = server.call("POST", "/api/admin/invitations", server.admin(), null).json();
    String code = made.path("code").asText();
    assertThat(register(TestServer.ADMIN, code).status()).isEqualTo(409);
    assertThat(register(name(), code).status()).isEqualTo(200);
  }

  @Test
  void lastInvitationUseIsGivenOnce() throws Exception {
    String code =
        server
            .call("POST", "/api/admin/invitations", server.admin(), null)
            .json()
            .path("code")
            .asText();
    try (ExecutorService both = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<TestServer.Response> one = both.submit(() -> register(name(), code));
      Future<TestServer.Response> other = both.submit(() -> register(name(), code));
      List<TestServer.Response> said = List.of(one.get(), other.get());
      assertThat(said).extracting(TestServer.Response::status).containsExactlyInAnyOrder(200, 400);
      assertThat(said).anyMatch(each -> each.text().contains("invitation"));
    }
  }

  @Test
  void namesMayUseEveryScript() {
    JsonNode made =
        server.call("POST", "/api/admin/invitations", server.admin(), "{\"max_uses\":4}").json();
    String code = made.path("code").asText();
    for (String own : new String[] {"张三李", "renée", "Анна_1"}) {
      String name = own + "-" + name();
      assertThat(register(name, code).status()).as(name).isEqualTo(200);
    }
    assertThat(register("ann o'hara", code).status()).isBetween(400, 422);
  }

  @Test
  void namesAreComparedWithoutCaseInEveryScript() {
    JsonNode made =
        server.call("POST", "/api/admin/invitations", server.admin(), "{\"max_uses\":4}").json();
    String code = made.path("code").asText();
    String name = name();
    assertThat(register("Анна-" + name, code).status()).isEqualTo(200);
    assertThat(register("АННА-" + name, code).status()).isEqualTo(409);
    assertThat(register("Ångström-" + name, code).status()).isEqualTo(200);
    assertThat(register("ÅNGSTRÖM-" + name, code).status()).isEqualTo(409);
  }

  @Test
  void withdrawnAndMissingInvitationsAreRefused() {
    JsonNode made = server.call("POST", "/api/admin/invitations", server.admin(), null).json();
    long id = made.path("invitation").path("id").asLong();
    assertThat(server.call("DELETE", "/api/admin/invitations/" + id, server.admin(), null).status())
        .isEqualTo(200);
    assertThat(register(name(), made.path("code").asText()).status()).isEqualTo(400);
    assertThat(register(name(), null).status()).isEqualTo(400);
  }

  @Test
  void commonPasswordsAreRefused() {
    TestServer own = TestServer.start(Map.of("REGISTRATION", "open"));
    try {
      assertThat(register(own, name(), "Password123", null).text()).contains("too common");
      assertThat(register(own, name(), "short", null).status()).isEqualTo(422);
      assertThat(register(own, name(), "a long and fine sentence", null).status()).isEqualTo(200);
    } finally {
      own.close();
    }
  }

  @Test
  void deletedUserLosesKeysAndSessions() {
    JsonNode made = server.call("POST", "/api/admin/invitations", server.admin(), null).json();
    String token =
        register(name(), made.path("code").asText()).json().path("access_token").asText();
    String key = server.key(token);
    long id = server.call("GET", "/api/auth/me", token, null).json().path("id").asLong();
    assertThat(server.call("DELETE", "/api/admin/users/" + id, server.admin(), null).status())
        .isEqualTo(200);
    assertThat(server.call("GET", "/api/auth/me", token, null).status()).isEqualTo(401);
    assertThat(server.call("GET", "/v1/models", key, null).status()).isEqualTo(401);
    assertThat(server.call("GET", "/api/admin/users/" + id, server.admin(), null).status())
        .isEqualTo(404);
  }

  private TestServer.Response register(
      String name, @org.jspecify.annotations.Nullable String code) {
    return register(server, name, "a-password-of-my-own", code);
  }

  private static TestServer.Response register(
      TestServer at, String name, String password, @org.jspecify.annotations.Nullable String code) {
    return at.call(
        "POST",
        "/api/auth/register",
        null,
        code == null
            ? "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password)
            : "{\"username\":\"%s\",\"password\":\"%s\",\"invitation\":\"%s\"}"
                .formatted(name, password, code));
  }

  private static String name() {
    return "r-" + UUID.randomUUID();
  }
}
