package potluck.server.api.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.testing.TestServer;

/** Password guessing from many addresses at once, and with forged client addresses. */
@Timeout(120)
class LoginFloodIT {
  private TestServer server =
      TestServer.start(
          Map.of(
              "TRUSTED_PROXIES", "127.0.0.1",
              "LOGIN_MOST_WAITING", "2",
              "LOGIN_FAILURES_PER_ADDRESS", "5"));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void knownDeviceLogsInAndModelsAnswerDuringGuessing() throws Exception {
    assertThat(login(TestServer.ADMIN, TestServer.PASSWORD, "198.51.100.1", "own")).isEqualTo(200);
    String key = server.key(server.admin());
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService attackers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<int[]>> guesses =
          java.util.stream.IntStream.range(0, 24)
              .mapToObj(attacker -> attackers.submit(() -> guess(attacker, over)))
              .toList();
      try {
        for (int i = 0; i < 3; i++) {
          assertThat(login(TestServer.ADMIN, TestServer.PASSWORD, "198.51.100.1", "own"))
              .isEqualTo(200);
          assertThat(server.call("POST", "/v1/chat/completions", key, DEMO).status())
              .isEqualTo(200);
        }
      } finally {
        over.set(true);
      }
      int refused = 0;
      for (Future<int[]> each : guesses) {
        for (int status : each.get()) {
          assertThat(status).isIn(401, 429);
          refused += status == 429 ? 1 : 0;
        }
      }
      assertThat(refused).as("logins refused without hashing the password").isPositive();
    }
  }

  @Test
  void addressesOfOneIpv6PrefixCountTogether() {
    int limited = 0;
    for (int i = 0; i < 8; i++) {
      limited += login("nobody" + i, "wrong-password", "2001:db8:1:2::" + i, "x") == 429 ? 1 : 0;
    }
    assertThat(limited).isEqualTo(3);
    assertThat(login("nobody", "wrong-password", "2001:db8:1:3::1", "x")).isEqualTo(401);
  }

  @Test
  void addressesBeforeTheTrustedProxyAreIgnored() {
    int limited = 0;
    for (int i = 0; i < 8; i++) {
      String chain = "203.0.113." + i + ", 198.51.100.9";
      limited += login("nobody" + i, "wrong-password", chain, "x") == 429 ? 1 : 0;
    }
    assertThat(limited).isEqualTo(3);
  }

  private static final String DEMO =
      "{\"model\":\"potluck-demo\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private int[] guess(int attacker, AtomicBoolean over) {
    java.util.stream.IntStream.Builder seen = java.util.stream.IntStream.builder();
    for (int i = 0; !over.get(); i++) {
      String address = "10.%d.%d.%d".formatted(attacker, i / 250, i % 250);
      seen.add(login("name" + attacker + "-" + i, "wrong-password", address, "thief"));
    }
    return seen.build().toArray();
  }

  private int login(String name, String password, String address, String agent) {
    return server
        .send(
            HttpRequest.newBuilder(URI.create(server.url() + "/api/auth/login"))
                .header("User-Agent", agent)
                .header("X-Forwarded-For", address)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"username\":\"%s\",\"password\":\"%s\"}".formatted(name, password)))
                .build())
        .status();
  }
}
