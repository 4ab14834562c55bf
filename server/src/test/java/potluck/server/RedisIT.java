package potluck.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** Two nodes with a real Redis between them, and what becomes of them without it. */
class RedisIT {
  @TempDir Path folder;

  @Test
  void whatOneNodeRevokesAnotherRefusesWithAndWithoutRedis() throws Exception {
    Path program = program();
    int port = unused();
    Process redis = start(program, port);
    TestHouse first =
        TestHouse.own(
            Map.of(
                "REDIS_URL",
                "redis://127.0.0.1:" + port,
                "JWT_SECRET_KEY",
                UUID.randomUUID() + "-" + UUID.randomUUID()));
    TestHouse second = first.another(Map.of("REDIS_URL", "redis://127.0.0.1:" + port));
    try {
      TestHouse.eventually(() -> cache(second, "healthy"));
      String token = first.login(TestHouse.ADMIN, TestHouse.PASSWORD);
      assertThat(second.call("GET", "/api/auth/me", token, null).status()).isEqualTo(200);
      try (RedisClient client = RedisClient.create("127.0.0.1", port)) {
        assertThat(
                TestHouse.<Boolean>eventually(
                    () -> Optional.of(!client.keys("session:*").isEmpty()).filter(yes -> yes)))
            .isTrue();
      }
      first.call("POST", "/api/auth/logout", token, null);
      gone(second, token);

      redis.destroyForcibly().waitFor();
      TestHouse.eventually(() -> cache(first, "unhealthy"));
      assertThat(first.call("GET", "/api/health", null, null).status()).isEqualTo(200);
      String again = first.login(TestHouse.ADMIN, TestHouse.PASSWORD);
      assertThat(second.call("GET", "/api/auth/me", again, null).status()).isEqualTo(200);
      String key = first.key(again);
      assertThat(second.call("GET", "/v1/models", key, null).status()).isEqualTo(200);
      first.call("POST", "/api/auth/logout-all", again, null);
      gone(second, again);

      Process back = start(program, port);
      TestHouse.eventually(() -> cache(first, "healthy"));
      back.destroyForcibly().waitFor();
    } finally {
      second.close();
      first.close();
      redis.destroyForcibly();
    }
  }

  /** Within two seconds, whatever carries the news. */
  private static void gone(TestHouse node, String token) {
    long start = System.nanoTime();
    TestHouse.eventually(
        () ->
            node.call("GET", "/api/auth/me", token, null).status() == 401
                ? Optional.of(1)
                : Optional.empty());
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
  }

  private static Optional<JsonNode> cache(TestHouse node, String status) {
    JsonNode cache =
        node.call("GET", "/api/health", null, null).json().path("components").path("cache");
    return Optional.of(cache).filter(c -> c.path("status").asText().equals(status));
  }

  private Process start(Path program, int port) throws IOException {
    return new ProcessBuilder(
            List.of(
                program.toString(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                folder.toString()))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("redis-" + UUID.randomUUID() + ".log").toFile())
        .start();
  }

  private static Path program() {
    Optional<Path> found =
        Stream.of(System.getenv("PATH").split(":"))
            .flatMap(
                place -> Stream.of("redis-server", "valkey-server").map(Path.of(place)::resolve))
            .filter(Files::isExecutable)
            .findFirst();
    Assumptions.assumeTrue(
        found.isPresent(),
        "there is no redis-server and no valkey-server here: apt-get install redis-server");
    return found.orElseThrow();
  }

  private static int unused() throws IOException {
    try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return any.getLocalPort();
    }
  }
}
