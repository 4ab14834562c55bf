package potluck.server.redis;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.server.testing.TestServer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;

/** Nodes with a real Redis that works, is down, is frozen or is read-only. */
class RedisIT {
  private static final Logger LOG = LoggerFactory.getLogger(RedisIT.class);

  @TempDir Path folder;

  @Test
  void revocationsReachOtherNodesWithAndWithoutRedis() throws Exception {
    RedisServer redis = RedisServer.start(folder);
    TestServer first =
        TestServer.start(
            Map.of(
                "REDIS_URL",
                redis.url(),
                "JWT_SECRET_KEY",
                UUID.randomUUID() + "-" + UUID.randomUUID()));
    TestServer second = first.secondNode(Map.of("REDIS_URL", redis.url()));
    try {
      TestServer.eventually(() -> cache(second, "healthy"));
      String token = first.login(TestServer.ADMIN, TestServer.PASSWORD);
      assertThat(second.call("GET", "/api/auth/me", token, null).status()).isEqualTo(200);
      try (RedisClient client = RedisClient.create("127.0.0.1", redis.port())) {
        assertThat(
                TestServer.<Boolean>eventually(
                    () -> Optional.of(!client.keys("session:*").isEmpty()).filter(yes -> yes)))
            .isTrue();
      }
      first.call("POST", "/api/auth/logout", token, null);
      awaitRejected(second, token);

      redis.kill();
      TestServer.eventually(() -> cache(first, "unhealthy"));
      assertThat(first.call("GET", "/api/health", null, null).status()).isEqualTo(200);
      String again = first.login(TestServer.ADMIN, TestServer.PASSWORD);
      assertThat(second.call("GET", "/api/auth/me", again, null).status()).isEqualTo(200);
      String key = first.key(again);
      assertThat(second.call("GET", "/v1/models", key, null).status()).isEqualTo(200);
      first.call("POST", "/api/auth/logout-all", again, null);
      awaitRejected(second, again);

      redis.restart();
      TestServer.eventually(() -> cache(first, "healthy"));
    } finally {
      second.close();
      first.close();
      redis.close();
    }
  }

  @Test
  void stoppingServerDoesNotReportRedisAsDown() throws Exception {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    ch.qos.logback.classic.Logger logger =
        (ch.qos.logback.classic.Logger)
            LoggerFactory.getLogger(potluck.server.redis.RedisConnection.class);
    logger.addAppender(log);
    RedisServer redis = RedisServer.start(folder);
    try {
      // Stopping closes the connection; whether a call is running then is random, so repeat.
      for (int i = 0; i < 3; i++) {
        TestServer server = TestServer.shared().secondNode(Map.of("REDIS_URL", redis.url()));
        try {
          TestServer.eventually(() -> cache(server, "healthy"));
        } finally {
          server.close();
        }
      }
    } finally {
      logger.detachAppender(log);
      redis.close();
    }
    assertThat(log.list).isEmpty();
  }

  @Test
  void frozenOrReadOnlyRedisDelaysNobodyAndLogsNobodyOut() throws Exception {
    RedisServer redis = RedisServer.start(folder);
    TestServer server = TestServer.start(Map.of("REDIS_URL", redis.url()));
    try {
      TestServer.eventually(() -> cache(server, "healthy"));
      String refresh = login(server).path("refresh_token").asText();
      LOG.info(
          "with a healthy Redis, a refresh takes {} us (worst of 40)", slowest(server, refresh));

      redis.signal("STOP");
      LOG.info("with Redis frozen, a refresh takes {} us (worst of 40)", slowest(server, refresh));
      TestServer.eventually(() -> cache(server, "unhealthy"));
      redis.signal("CONT");
      TestServer.eventually(() -> cache(server, "healthy"));

      try (Jedis client = new Jedis("127.0.0.1", redis.port())) {
        client.replicaof("127.0.0.1", RedisServer.freePort());
        TestServer.eventually(() -> cache(server, "unhealthy"));
        LOG.info("with Redis read-only: {} us (worst of 40)", slowest(server, refresh));
        // It stays unhealthy, although Redis answers.
        for (int i = 0; i < 15; i++) {
          JsonNode health = server.call("GET", "/api/health", null, null).json();
          assertThat(health.path("status").asText()).isEqualTo("degraded");
          assertThat(health.path("components").path("cache").path("message").asText())
              .contains("READONLY");
          Thread.sleep(100);
        }
        client.replicaofNoOne();
        TestServer.eventually(() -> cache(server, "healthy"));
      }
    } finally {
      server.close();
      redis.close();
    }
  }

  /** The duration of the slowest of 40 token refreshes, in microseconds; all must succeed. */
  private static long slowest(TestServer server, String refresh) {
    long worst = 0;
    for (int i = 0; i < 40; i++) {
      long start = System.nanoTime();
      TestServer.Response said =
          server.call("POST", "/api/auth/refresh", null, "{\"refresh_token\":\"" + refresh + "\"}");
      worst = Math.max(worst, (System.nanoTime() - start) / 1000);
      assertThat(said.status()).isEqualTo(200);
    }
    return worst;
  }

  private static JsonNode login(TestServer server) {
    return server
        .call(
            "POST",
            "/api/auth/login",
            null,
            "{\"username\":\"%s\",\"password\":\"%s\"}"
                .formatted(TestServer.ADMIN, TestServer.PASSWORD))
        .json();
  }

  /** Waits until the node rejects the token, which must take less than two seconds. */
  private static void awaitRejected(TestServer node, String token) {
    long start = System.nanoTime();
    TestServer.eventually(
        () ->
            node.call("GET", "/api/auth/me", token, null).status() == 401
                ? Optional.of(1)
                : Optional.empty());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
  }

  private static Optional<JsonNode> cache(TestServer node, String status) {
    JsonNode cache =
        node.call("GET", "/api/health", null, null).json().path("components").path("cache");
    return Optional.of(cache).filter(c -> c.path("status").asText().equals(status));
  }
}
