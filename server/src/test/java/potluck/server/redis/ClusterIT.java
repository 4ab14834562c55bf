package potluck.server.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.dialect.model.TokenUsage;
import potluck.kit.FakeUpstream;
import potluck.kit.SlowReader;
import potluck.kit.fake.FakeAnswer;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.TestServer;

/** Two nodes with one Redis share the limits of keys and accounts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ClusterIT {
  private RedisServer redis;
  private TestServer first;
  private TestServer second;
  private FakeUpstream upstream;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    redis = RedisServer.start(folder);
    upstream = FakeUpstream.start();
    Map<String, String> settings =
        Map.of("REDIS_URL", redis.url(), "POOL_WAIT_SECONDS", "0", "UPSTREAM_COUNT_FACTOR", "0");
    first = TestServer.start(settings);
    second = first.secondNode(settings);
    awaitHealth("nodes: 2");
  }

  @AfterAll
  void close() {
    second.close();
    first.close();
    upstream.close();
    redis.close();
  }

  /** Waits until the health of both nodes contains this text. */
  private void awaitHealth(String words) {
    for (TestServer node : new TestServer[] {first, second}) {
      TestServer.eventually(
          () ->
              Optional.of(node.call("GET", "/api/health", null, null).text())
                  .filter(health -> health.contains(words)));
    }
  }

  private String model(int concurrency) {
    String model = "m-" + UUID.randomUUID();
    first.account(
        """
        {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-x","models":["%s"],
         "max_concurrency":%d}
        """
            .formatted(upstream.address(), model, concurrency));
    String path = "/v1/models/" + model;
    String key = first.key(first.admin());
    TestServer.eventually(
        () -> Optional.of(second.call("GET", path, key, null)).filter(s -> s.status() == 200));
    return model;
  }

  private String key(String limits) {
    return first
        .call("POST", "/api/api-keys", first.admin(), "{\"limits\":" + limits + "}")
        .json()
        .path("key")
        .asText();
  }

  private static String body(String model, boolean stream) {
    return "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
        .formatted(model, stream);
  }

  private TestServer.Response chat(TestServer node, String key, String model) {
    return node.call("POST", "/v1/chat/completions", key, body(model, false));
  }

  private void awaitStatus(TestServer node, String key, String model, int status) {
    TestServer.eventually(
        () -> Optional.of(chat(node, key, model)).filter(said -> said.status() == status));
  }

  /** Starts a stream that continues until the client closes it. */
  private SlowReader running(TestServer node, String key, String model) throws IOException {
    SlowReader client = new SlowReader(URI.create(node.url()).getPort(), 65_536);
    String body = body(model, true);
    upstream.enqueue(Script.PLAIN.withFault(new Fault.Stall(Fault.StallPoint.MID_STREAM)));
    client.send(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer %s\r\ncontent-length: %d\r\n\r\n%s"
            .formatted(key, body.length(), body));
    assertThat(new String(client.read(12), UTF_8)).endsWith("200");
    return client;
  }

  @Test
  void accountConcurrencyIsSharedByAllNodes() throws IOException {
    String model = model(2);
    String key = first.key(first.admin());
    try (SlowReader one = running(first, key, model);
        SlowReader two = running(first, key, model)) {
      awaitStatus(second, key, model, 429);
      one.reset();
      awaitStatus(second, key, model, 200);
      two.reset();
    }
  }

  @Test
  void keyConcurrencyIsSharedByAllNodes() throws IOException {
    String model = model(0);
    String key = key("{\"concurrency\":1}");
    assertThat(chat(second, key, model).status()).isEqualTo(200);
    try (SlowReader one = running(first, key, model)) {
      awaitStatus(second, key, model, 429);
      one.reset();
      awaitStatus(second, key, model, 200);
    }
  }

  /**
   * One request at the first node uses up the limit; those that check it at the second use little.
   */
  @Test
  void usageOfOneNodeCountsAtTheOther() {
    String model = model(0);
    for (String limit : new String[] {"tokens_per_minute", "tokens_per_hour", "tokens_total"}) {
      String key = key("{\"%s\":1000000}".formatted(limit));
      assertThat(chat(second, key, model).status()).isEqualTo(200);
      TestServer.eventually(
          () -> {
            // Repeated if the period of the limit has ended meanwhile.
            if (chat(first, key, model).status() == 200) {
              upstream.enqueue(
                  Script.PLAIN.withAnswer(
                      FakeAnswer.text("much").usage(new TokenUsage(1_000_000, 0, 0, 9, 0))));
              chat(first, key, model);
            }
            return Optional.of(chat(second, key, model)).filter(said -> said.status() == 429);
          });
    }
  }

  @Test
  void withoutRedisEachNodeUsesItsShare() throws Exception {
    String model = model(2);
    String key = first.key(first.admin());
    redis.kill();
    try (SlowReader one = running(first, key, model)) {
      awaitHealth("each of 2 nodes with its share");
      // Each node may use one of the two slots, whatever the other does.
      awaitStatus(first, key, model, 429);
      assertThat(chat(second, key, model).status()).isEqualTo(200);
      one.reset();
    } finally {
      redis.restart();
      awaitHealth("nodes: 2");
    }
  }
}
