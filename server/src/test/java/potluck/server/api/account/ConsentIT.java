package potluck.server.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.testing.TestServer;

/** Accounts that users add by OAuth 2 consent at a provider, on two nodes. */
@Timeout(120)
class ConsentIT {
  private static FakeOAuthProvider provider = new FakeOAuthProvider();
  private static TestServer server = TestServer.shared();
  private static TestServer second = TestServer.shared();
  private static final String MODEL = "granted-" + UUID.randomUUID();
  private static FakeUpstream upstream = start();
  @TempDir static Path folder = Path.of("");

  private final String admin = server.admin();
  private final String key = server.key(admin);

  private static FakeUpstream start() {
    try {
      return FakeUpstream.start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void open() throws IOException {
    Path file = folder.resolve("providers.yaml");
    Files.writeString(
        file,
        """
        corp:
          dialect: openai
          base_url: %s/v1
          models: [%s]
          oauth:
            authorize: %s/authorize
            token: %s/token
            client_id: %s
            client_secret: ${CORP_SECRET}
            scopes: [chat, models]
        """
            .formatted(
                upstream.address(),
                MODEL,
                provider.url(),
                provider.url(),
                FakeOAuthProvider.CLIENT));
    Map<String, String> settings =
        Map.of("PROVIDERS_FILE", file.toString(), "CORP_SECRET", FakeOAuthProvider.SECRET);
    server = TestServer.shared().secondNode(settings);
    second = TestServer.shared().secondNode(settings);
  }

  @AfterAll
  static void close() {
    server.close();
    second.close();
    upstream.close();
    provider.close();
  }

  @AfterEach
  void remove() {
    provider.failWith(0);
    provider.delay(0);
    provider.tokenLifetime(3600);
    for (JsonNode account :
        server.call("GET", "/api/plugin-api/accounts", admin, null).json().path("data")) {
      if (account.path("provider").asText().equals("corp")) {
        server.call(
            "DELETE",
            "/api/plugin-api/accounts/" + account.path("cookie_id").asText(),
            admin,
            null);
      }
    }
    for (TestServer node : List.of(server, second)) {
      TestServer.eventually(
          () ->
              node.call("GET", "/v1/models", admin, null).text().contains(MODEL)
                  ? Optional.empty()
                  : Optional.of(1));
    }
  }

  @Test
  void consentCreatesAnAccountAndItsTokenIsUsed() throws Exception {
    String id = account();
    assertThat(chat(server)).isEqualTo(200);
    String authorization =
        upstream.requests().getLast().request().header("authorization").orElseThrow();
    assertThat(authorization).startsWith("Bearer a-");
    JsonNode shown = shown(id);
    assertThat(shown.path("need_refresh").asBoolean()).isFalse();
    assertThat(shown.path("expires_at").asText()).matches("[0-9]{13}");
    assertThat(shown.toString()).doesNotContain("\"a-").doesNotContain("r-");
  }

  @Test
  void consentWorksOnceForItsUser() {
    JsonNode asked = authorize(admin);
    assertThat(asked.path("expires_in").asInt()).isEqualTo(300);
    String back = provider.agree(asked.path("auth_url").asText());
    String otherUser = server.login(user(), "a-password-of-my-own");
    assertThat(paste(otherUser, back).status()).isEqualTo(400);
    assertThat(paste(admin, back).status()).isEqualTo(200);
    assertThat(paste(admin, back).status()).isEqualTo(400);
    assertThat(paste(admin, "nonsense").status()).isEqualTo(400);
  }

  @Test
  void expiredTokenIsRefreshedOnceAcrossNodes() throws Exception {
    provider.tokenLifetime(5);
    account();
    provider.tokenLifetime(3600);
    provider.delay(300);
    int before = provider.refreshes();
    List<Future<Integer>> all = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        TestServer node = i % 2 == 0 ? server : second;
        all.add(clients.submit(() -> chat(node)));
      }
    }
    for (Future<Integer> each : all) {
      assertThat(each.get()).isEqualTo(200);
    }
    assertThat(provider.refreshes() - before).isEqualTo(1);
  }

  @Test
  void nodeThatDiesWhileRefreshingBlocksNobody() throws Exception {
    provider.tokenLifetime(5);
    String id = account();
    // The tokens expire within 5 seconds, so every request refreshes them.
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        Connection otherNode = server.database().source().getConnection()) {
      otherNode.setAutoCommit(false);
      try (var lock =
          otherNode.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")) {
        lock.setString(1, "grant " + id);
        lock.execute();
      }
      Future<Integer> waiting = clients.submit(() -> chat(second));
      TestServer.eventually(() -> Optional.of(1).filter(_ -> isWaitingForALock()));
      assertThat(waiting.state()).isEqualTo(Future.State.RUNNING);
      // PostgreSQL does the same if a node's connection breaks.
      otherNode.rollback();
      assertThat(waiting.get()).isEqualTo(200);
    }
  }

  private boolean isWaitingForALock() {
    try (Connection connection = server.database().source().getConnection();
        var query =
            connection.prepareStatement(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        var found = query.executeQuery()) {
      return found.next();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void revokedConsentMustBeRepeated() throws Exception {
    provider.tokenLifetime(5);
    String id = account();
    provider.revokeAll();
    assertThat(chat(server)).isEqualTo(502);
    TestServer.eventually(
        () -> shown(id).path("need_refresh").asBoolean() ? Optional.of(1) : Optional.empty());
    assertThat(shown(id).path("standing").asText()).isEqualTo("revoked");
    assertThat(
            server
                .call("POST", "/api/plugin-api/accounts/" + id + "/refresh", admin, null)
                .status())
        .isEqualTo(502);
  }

  @Test
  void unavailableProviderIsRetried() throws Exception {
    provider.tokenLifetime(5);
    String id = account();
    provider.failWith(503);
    assertThat(chat(server)).isEqualTo(502);
    assertThat(shown(id).path("standing").asText()).isEqualTo("resting");
    provider.failWith(0);
    provider.tokenLifetime(3600);
    assertThat(
            server
                .call("POST", "/api/plugin-api/accounts/" + id + "/refresh", admin, null)
                .status())
        .isEqualTo(200);
    TestServer.eventually(() -> chat(server) == 200 ? Optional.of(1) : Optional.empty());
  }

  @Test
  void expiringTokenIsRenewedInTheBackground() throws Exception {
    provider.tokenLifetime(200);
    int before = provider.refreshes();
    account();
    provider.tokenLifetime(3600);
    TestServer.eventually(
        () -> provider.refreshes() > before ? Optional.of(1) : Optional.empty(),
        java.time.Duration.ofSeconds(40));
  }

  private String account() {
    JsonNode asked = authorize(admin);
    TestServer.Response said = paste(admin, provider.agree(asked.path("auth_url").asText()));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    String id = said.json().path("data").path("cookie_id").asText();
    for (TestServer node : List.of(server, second)) {
      TestServer.eventually(
          () ->
              node.call("GET", "/v1/models", key, null).text().contains(MODEL)
                  ? Optional.of(1)
                  : Optional.empty());
    }
    return id;
  }

  private JsonNode authorize(String token) {
    return server
        .call("POST", "/api/plugin-api/oauth/authorize", token, "{\"is_shared\":0}")
        .json()
        .path("data");
  }

  private TestServer.Response paste(String token, String url) {
    return server.call(
        "POST", "/api/plugin-api/oauth/callback", token, "{\"callback_url\":\"" + url + "\"}");
  }

  private JsonNode shown(String id) {
    return server.call("GET", "/api/plugin-api/accounts/" + id, admin, null).json().path("data");
  }

  private int chat(TestServer node) {
    return node.call(
            "POST",
            "/v1/chat/completions",
            key,
            "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
                .formatted(MODEL))
        .status();
  }

  private String user() {
    String name = "c-" + UUID.randomUUID();
    server.call(
        "POST",
        "/api/admin/users",
        admin,
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return name;
  }
}
