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
import potluck.server.scene.TestHouse;

/** Accounts that people consent to at their provider, on two nodes. */
@Timeout(120)
class ConsentIT {
  private static GrantingHouse provider = new GrantingHouse();
  private static TestHouse house = TestHouse.shared();
  private static TestHouse second = TestHouse.shared();
  private static final String MODEL = "granted-" + UUID.randomUUID();
  private static FakeUpstream upstream = start();
  @TempDir static Path folder = Path.of("");

  private final String admin = house.admin();
  private final String key = house.key(admin);

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
                upstream.address(), MODEL, provider.url(), provider.url(), GrantingHouse.CLIENT));
    Map<String, String> settings =
        Map.of("PROVIDERS_FILE", file.toString(), "CORP_SECRET", GrantingHouse.SECRET);
    house = TestHouse.shared().another(settings);
    second = TestHouse.shared().another(settings);
  }

  @AfterAll
  static void close() {
    house.close();
    second.close();
    upstream.close();
    provider.close();
  }

  @AfterEach
  void remove() {
    provider.breaks(0);
    provider.slow(0);
    provider.life(3600);
    for (JsonNode account :
        house.call("GET", "/api/plugin-api/accounts", admin, null).json().path("data")) {
      if (account.path("provider").asText().equals("corp")) {
        house.call(
            "DELETE",
            "/api/plugin-api/accounts/" + account.path("cookie_id").asText(),
            admin,
            null);
      }
    }
    for (TestHouse node : List.of(house, second)) {
      TestHouse.eventually(
          () ->
              node.call("GET", "/v1/models", admin, null).text().contains(MODEL)
                  ? Optional.empty()
                  : Optional.of(1));
    }
  }

  @Test
  void consentMakesAnAccountWhoseTokenIsUsed() throws Exception {
    String id = account();
    assertThat(chat(house)).isEqualTo(200);
    String authorization =
        upstream.requests().getLast().request().header("authorization").orElseThrow();
    assertThat(authorization).startsWith("Bearer a-");
    JsonNode shown = shown(id);
    assertThat(shown.path("need_refresh").asBoolean()).isFalse();
    assertThat(shown.path("expires_at").asText()).matches("[0-9]{13}");
    assertThat(shown.toString()).doesNotContain("\"a-").doesNotContain("r-");
  }

  @Test
  void aConsentIsGoodOnceForWhoBegan() {
    JsonNode asked = authorize(admin);
    assertThat(asked.path("expires_in").asInt()).isEqualTo(300);
    String back = provider.agree(asked.path("auth_url").asText());
    String stranger = house.login(user(), "a-password-of-my-own");
    assertThat(paste(stranger, back).status()).isEqualTo(400);
    assertThat(paste(admin, back).status()).isEqualTo(200);
    assertThat(paste(admin, back).status()).isEqualTo(400);
    assertThat(paste(admin, "nonsense").status()).isEqualTo(400);
  }

  @Test
  void anExpiredTokenIsRefreshedOnceByOneOfTwoNodes() throws Exception {
    provider.life(5);
    account();
    provider.life(3600);
    provider.slow(300);
    int before = provider.refreshes();
    List<Future<Integer>> all = new ArrayList<>();
    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        TestHouse node = i % 2 == 0 ? house : second;
        all.add(crowd.submit(() -> chat(node)));
      }
    }
    for (Future<Integer> each : all) {
      assertThat(each.get()).isEqualTo(200);
    }
    assertThat(provider.refreshes() - before).isEqualTo(1);
  }

  @Test
  void aNodeThatDiesWhileItRefreshesHoldsNobodyUp() throws Exception {
    provider.life(5);
    String id = account();
    // All its tokens end soon: whoever wants one has to refresh.
    try (ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor();
        Connection dying = house.database().source().getConnection()) {
      dying.setAutoCommit(false);
      try (var lock =
          dying.prepareStatement("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))")) {
        lock.setString(1, "grant " + id);
        lock.execute();
      }
      Future<Integer> waiting = crowd.submit(() -> chat(second));
      TestHouse.eventually(() -> Optional.of(1).filter(_ -> somebodyWaitsForALock()));
      assertThat(waiting.state()).isEqualTo(Future.State.RUNNING);
      // What the database does when a node's connection breaks.
      dying.rollback();
      assertThat(waiting.get()).isEqualTo(200);
    }
  }

  private boolean somebodyWaitsForALock() {
    try (Connection asking = house.database().source().getConnection();
        var query =
            asking.prepareStatement(
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        var found = query.executeQuery()) {
      return found.next();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aConsentThatIsOverMustBeGivenAnew() throws Exception {
    provider.life(5);
    String id = account();
    provider.forgetsEverybody();
    assertThat(chat(house)).isEqualTo(502);
    TestHouse.eventually(
        () -> shown(id).path("need_refresh").asBoolean() ? Optional.of(1) : Optional.empty());
    assertThat(shown(id).path("standing").asText()).isEqualTo("revoked");
    assertThat(
            house.call("POST", "/api/plugin-api/accounts/" + id + "/refresh", admin, null).status())
        .isEqualTo(502);
  }

  @Test
  void aProviderThatIsDownIsTriedAgain() throws Exception {
    provider.life(5);
    String id = account();
    provider.breaks(503);
    assertThat(chat(house)).isEqualTo(502);
    assertThat(shown(id).path("standing").asText()).isEqualTo("resting");
    provider.breaks(0);
    provider.life(3600);
    assertThat(
            house.call("POST", "/api/plugin-api/accounts/" + id + "/refresh", admin, null).status())
        .isEqualTo(200);
    TestHouse.eventually(() -> chat(house) == 200 ? Optional.of(1) : Optional.empty());
  }

  @Test
  void aTokenThatEndsSoonIsRenewedBeforeAnybodyAsks() throws Exception {
    provider.life(200);
    int before = provider.refreshes();
    account();
    provider.life(3600);
    TestHouse.eventually(
        () -> provider.refreshes() > before ? Optional.of(1) : Optional.empty(),
        java.time.Duration.ofSeconds(40));
  }

  private String account() {
    JsonNode asked = authorize(admin);
    TestHouse.Said said = paste(admin, provider.agree(asked.path("auth_url").asText()));
    assertThat(said.status()).as(said.text()).isEqualTo(200);
    String id = said.json().path("data").path("cookie_id").asText();
    for (TestHouse node : List.of(house, second)) {
      TestHouse.eventually(
          () ->
              node.call("GET", "/v1/models", key, null).text().contains(MODEL)
                  ? Optional.of(1)
                  : Optional.empty());
    }
    return id;
  }

  private JsonNode authorize(String token) {
    return house
        .call("POST", "/api/plugin-api/oauth/authorize", token, "{\"is_shared\":0}")
        .json()
        .path("data");
  }

  private TestHouse.Said paste(String token, String url) {
    return house.call(
        "POST", "/api/plugin-api/oauth/callback", token, "{\"callback_url\":\"" + url + "\"}");
  }

  private JsonNode shown(String id) {
    return house.call("GET", "/api/plugin-api/accounts/" + id, admin, null).json().path("data");
  }

  private int chat(TestHouse node) {
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
    house.call(
        "POST",
        "/api/admin/users",
        admin,
        "{\"username\":\"%s\",\"password\":\"a-password-of-my-own\"}".formatted(name));
    return name;
  }
}
