package potluck.server.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import potluck.kit.FakeUpstream;
import potluck.server.testing.TestServer;

/** What an open page receives, and when its stream ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class LiveIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private TestServer server;
  private FakeUpstream upstream;

  @BeforeAll
  void open() throws IOException {
    server = TestServer.start(Map.of("LIVE_STREAMS_PER_USER", "2"));
    upstream = FakeUpstream.start();
  }

  @AfterAll
  void close() {
    upstream.close();
    server.close();
  }

  @Test
  void pageSeesItsRequestsItsQuotaAndRefusals() throws Exception {
    server.account(upstream, "live-model");
    String token = user();
    String key = server.key(token);
    String other = server.key(user());
    try (Page page = new Page(token)) {
      chat(other, "live-model");
      TestServer.Response said = chat(key, "live-model");
      JsonNode started = page.next("request", event -> true);
      String id = said.header("x-request-id").orElseThrow();
      // The first request that this page sees is its own user's, not the other user's.
      assertThat(started.path("request_id").asText()).isEqualTo(id);
      assertThat(started.path("status").isNull()).isTrue();
      JsonNode ended = page.next("request", event -> event.path("status").isInt());
      assertThat(ended.path("status").asInt()).isEqualTo(200);
      assertThat(ended.path("key_id").asLong()).isPositive();
      JsonNode quota = page.next("quota", event -> true);
      assertThat(quota.path("left").isNumber()).isTrue();
      assertThat(page.next("rate", event -> true).path("tokens_per_second").asDouble())
          .isPositive();

      TestServer.Response refused = chat(key, "no-such-model");
      JsonNode refusal = page.next("refusal", event -> true);
      assertThat(refusal.path("request_id").asText())
          .isEqualTo(refused.header("x-request-id").orElseThrow());
      assertThat(refusal.path("status").asInt()).isEqualTo(404);
      assertThat(refusal.path("kind").asText()).isEqualTo("not_found");
    }
  }

  @Test
  void pageSeesStandingsOfSharedAccountsOnly() throws Exception {
    String kept =
        server.account(
            """
            {"provider":"openai","api_key":"sk-kept-kept","models":["kept"],"is_shared":0}
            """);
    String shared =
        server.account(
            """
            {"provider":"openai","api_key":"sk-shared-shared","models":["shared"],"is_shared":1,
             "name":"seen by pages"}
            """);
    String user = user();
    Map<String, String> pool = aliases(user);
    String alias = Objects.requireNonNull(pool.get("seen by pages"));
    try (Page page = new Page(user)) {
      status(kept, 0);
      status(shared, 0);
      // Events of other tests' accounts may come between; those of the kept account never do.
      page.next("standing", event -> hasStanding(event, alias, "off"));
      server.call("DELETE", "/api/plugin-api/accounts/" + shared, server.admin(), null);
      page.next("standing", event -> hasStanding(event, alias, "removed"));
      assertThat(page.standings()).isNotEmpty().allMatch(pool::containsValue);
    }
  }

  private static boolean hasStanding(JsonNode event, String alias, String standing) {
    return event.path("alias").asText().equals(alias)
        && event.path("standing").asText().equals(standing);
  }

  /** The aliases of the accounts that a user sees, by their names. */
  private Map<String, String> aliases(String user) {
    Map<String, String> aliases = new HashMap<>();
    for (JsonNode account : server.call("GET", "/api/pool", user, null).json().path("accounts")) {
      // Names need not be unique; only the aliases of the others matter.
      String name = account.path("name").asText();
      aliases.put(
          name.equals("seen by pages") ? name : account.path("alias").asText(),
          account.path("alias").asText());
    }
    return aliases;
  }

  @Test
  void pageOnAnotherNodeSeesStandings() throws Exception {
    String shared =
        server.account(
            """
            {"provider":"openai","api_key":"sk-two-nodes","models":["two-nodes"],"is_shared":1}
            """);
    TestServer other = server.secondNode(Map.of());
    try (Page page = new Page(other, server.admin())) {
      status(shared, 0);
      page.next(
          "standing",
          event ->
              event.path("alias").asText().equals(shared)
                  && event.path("standing").asText().equals("off"));
    } finally {
      other.close();
    }
  }

  @Test
  void streamEndsWithTheSession() throws Exception {
    String token = user();
    try (Page page = new Page(token)) {
      server.call("POST", "/api/auth/logout", token, null);
      assertThat(page.readToEnd()).isTrue();
    }
  }

  @Test
  void clientThatConnectsAgainIsToldToReadAgain() throws Exception {
    try (Page page = new Page(user(), "Last-Event-ID", "19aa-3")) {
      page.next("missed", event -> true);
    }
  }

  @Test
  void streamsOfAUserAreLimitedAndEndWithTheirClient() throws Exception {
    String token = user();
    try (Page first = new Page(token);
        Page second = new Page(token)) {
      assertThat(first.status() + second.status()).isEqualTo(400);
      TestServer.Response third = server.call("GET", "/api/live", token, null);
      assertThat(third.status()).isEqualTo(429);
      assertThat(third.header("retry-after")).isPresent();
    }
    TestServer.eventually(
        () -> {
          try (Page again = new Page(token)) {
            return Optional.of(again.status()).filter(status -> status == 200);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private String user() {
    return server.user("live-" + UUID.randomUUID().toString().substring(0, 8));
  }

  private TestServer.Response chat(String key, String model) {
    return server.call(
        "POST",
        "/v1/chat/completions",
        key,
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model));
  }

  private void status(String account, int status) {
    server.call(
        "PUT",
        "/api/plugin-api/accounts/" + account + "/status",
        server.admin(),
        "{\"status\":" + status + "}");
  }

  /** An open page. */
  private final class Page implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private final List<String> standings = new ArrayList<>();

    Page(String token, String... headers) throws IOException, InterruptedException {
      this(server, token, headers);
    }

    Page(TestServer node, String token, String... headers)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(node.url() + "/api/live"))
              .header("Authorization", "Bearer " + token);
      if (headers.length > 0) {
        request.headers(headers);
      }
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The aliases in the events that were read. */
    List<String> standings() {
      return standings;
    }

    int status() {
      return response.statusCode();
    }

    /** The data of the next event with this name that matches. */
    JsonNode next(String name, Predicate<JsonNode> wanted) throws IOException {
      String event = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("event: ")) {
          event = line.substring("event: ".length());
        } else if (line.startsWith("data: ") && event.equals(name)) {
          JsonNode data = JSON.readTree(line.substring("data: ".length()));
          standings.add(data.path("alias").asText());
          if (wanted.test(data)) {
            return data;
          }
        }
      }
      throw new AssertionError("the stream ended before " + name);
    }

    boolean readToEnd() throws IOException {
      while (lines.readLine() != null) {
        // Only the end matters.
      }
      return true;
    }

    @Override
    public void close() throws IOException {
      response.body().close();
    }
  }
}
