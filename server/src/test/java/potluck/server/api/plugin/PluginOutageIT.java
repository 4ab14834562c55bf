package potluck.server.api.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import potluck.server.api.plugin.Pair.Person;
import potluck.server.scene.TestHouse;

/** A Plug-in service that is away, or that has changed its mind about a key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginOutageIT {
  private final Pair pair = new Pair(Map.of("REGISTRATION", "open"));
  private final TestHouse house = pair.house;

  @AfterAll
  void close() {
    pair.close();
  }

  @Test
  void aServiceThatIsAwayHoldsNobodyUpAndIsAskedAgainAtTheNextLogin() {
    Person early = pair.person();
    keyed(early.token());
    String key = house.key(early.token());
    pair.stop();

    String late = "l-" + UUID.randomUUID();
    TestHouse.Said registered = house.call("POST", "/api/auth/register", null, Pair.named(late));
    assertThat(registered.status()).as(registered.text()).isEqualTo(200);
    assertThat(house.login(early.name(), Pair.PASSWORD)).isNotEmpty();
    String token = house.login(late, Pair.PASSWORD);
    assertThat(house.call("GET", "/api/plugin-api/key", token, null).status()).isEqualTo(404);

    for (String credential : new String[] {key, house.key(token)}) {
      TestHouse.Said openAi = chat("/v1/chat/completions", credential);
      assertThat(openAi.status()).as(openAi.text()).isEqualTo(503);
      assertThat(openAi.json().at("/error/message").asText()).contains("Plug-in service");
      assertThat(openAi.header("retry-after")).isPresent();
      TestHouse.Said anthropic = chat("/v1/messages", credential);
      assertThat(anthropic.status()).isEqualTo(503);
      assertThat(anthropic.json().path("type").asText()).isEqualTo("error");
      TestHouse.Said gemini =
          house.call(
              "POST",
              "/v1beta/models/m:generateContent",
              credential,
              "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}]}");
      assertThat(gemini.status()).isEqualTo(503);
      assertThat(gemini.json().at("/error/status").asText()).isEqualTo("UNAVAILABLE");
      TestHouse.Said models = house.call("GET", "/v1/models", credential, null);
      assertThat(models.status()).isEqualTo(503);
      assertThat(models.json().at("/error/message").asText()).contains("Plug-in service");
    }
    TestHouse.Said accounts = house.call("GET", "/api/plugin-api/accounts", early.token(), null);
    assertThat(accounts.status()).isEqualTo(503);
    assertThat(accounts.json().path("detail").asText()).contains("Plug-in 服务");
    assertThat(house.call("GET", "/api/health", null, null).status()).isEqualTo(200);
    assertThat(house.call("GET", "/readyz", null, null).status()).isEqualTo(200);

    pair.restart();
    assertThat(house.call("GET", "/api/plugin-api/accounts", early.token(), null).status())
        .isEqualTo(200);
    String again = house.login(late, Pair.PASSWORD);
    TestHouse.eventually(
        () ->
            Optional.of(pair.service.call("GET", "/api/users", TestHouse.GUESTS_KEY, null))
                .filter(said -> said.json().path("data").findValuesAsText("name").contains(late)));
    keyed(again);
    assertThat(chat("/v1/chat/completions", key).status()).isEqualTo(404);
  }

  @Test
  void aKeyThatTheServiceNoLongerTakesIsNoFaultOfTheCallers() {
    Person person = pair.person();
    String id = keyed(person.token());
    String key = house.key(person.token());
    TestHouse.Said changed =
        pair.service.call(
            "POST", "/api/users/" + id + "/regenerate-key", TestHouse.GUESTS_KEY, null);
    assertThat(changed.status()).as(changed.text()).isEqualTo(200);

    TestHouse.Said accounts = house.call("GET", "/api/plugin-api/accounts", person.token(), null);
    assertThat(accounts.status()).isEqualTo(502);
    assertThat(accounts.json().path("detail").asText()).contains("请重新登录");
    TestHouse.Said chat = chat("/v1/messages", key);
    assertThat(chat.status()).as(chat.text()).isEqualTo(502);
    assertThat(chat.json().at("/error/message").asText()).contains("Log in again");

    house.login(person.name(), Pair.PASSWORD);
    TestHouse.eventually(
        () ->
            Optional.of(house.call("GET", "/api/plugin-api/accounts", person.token(), null))
                .filter(said -> said.status() == 200));
    assertThat(keyed(person.token())).isEqualTo(id);
    assertThat(chat("/v1/messages", key).status()).isEqualTo(404);

    assertThat(pair.service.call("DELETE", "/api/users/" + id, TestHouse.GUESTS_KEY, null).status())
        .isEqualTo(200);
    house.login(person.name(), Pair.PASSWORD);
    TestHouse.eventually(
        () -> Optional.of(keyed(person.token())).filter(other -> !other.equals(id)));
  }

  @Test
  void aUserWhoHasOnlyAKeyIsGivenAUserThereByAModelCall() {
    pair.stop();
    Person person = pair.person();
    String key = house.key(person.token());
    assertThat(chat("/v1/chat/completions", key).status()).isEqualTo(503);
    pair.restart();
    TestHouse.eventually(
        () -> Optional.of(chat("/v1/chat/completions", key)).filter(said -> said.status() == 404));
    keyed(person.token());
  }

  @Test
  void aUserWhoIsRemovedTakesTheSeatAlong() {
    Person person = pair.person();
    keyed(person.token());
    String key = house.key(person.token());
    long id = house.call("GET", "/api/auth/me", person.token(), null).json().path("id").asLong();
    assertThat(house.call("DELETE", "/api/admin/users/" + id, house.admin(), null).status())
        .isEqualTo(200);
    assertThat(chat("/v1/chat/completions", key).status()).isEqualTo(401);
  }

  private TestHouse.Said chat(String path, String credential) {
    return house.call(
        "POST",
        path,
        credential,
        "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
  }

  private String keyed(String token) {
    return TestHouse.eventually(
        () ->
            Optional.of(house.call("GET", "/api/plugin-api/key", token, null))
                .filter(said -> said.status() == 200)
                .map(said -> said.json().path("plugin_user_id").asText()));
  }
}
