package potluck.server.api.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import potluck.server.testing.TestServer;

/**
 * Refresh tokens over HTTP: concurrent refreshes, repetition and reuse. The tests of reuse have no
 * grace period, so that they do not depend on time. {@code -Dpotluck.rounds=1000} runs more rounds
 * of concurrent refreshes.
 */
class RefreshIT {
  private static final int ROUNDS = Integer.getInteger("potluck.rounds", 5);

  private TestServer server = TestServer.shared();

  @AfterEach
  void close() {
    if (server != TestServer.shared()) {
      server.close();
    }
  }

  @Test
  void concurrentRefreshesGetOneSuccessor() throws Exception {
    String token = login().path("refresh_token").asText();
    for (int round = 0; round < ROUNDS; round++) {
      token = successorOf(token);
    }
  }

  /** Refreshes with 64 concurrent calls, which must get the same pair; returns the new token. */
  private String successorOf(String token) throws Exception {
    List<Callable<JsonNode>> calls =
        IntStream.range(0, 64).<Callable<JsonNode>>mapToObj(_ -> () -> refreshOk(token)).toList();
    Set<String> refresh = new HashSet<>();
    Set<String> access = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<JsonNode> answer : threads.invokeAll(calls)) {
        JsonNode pair = answer.get();
        refresh.add(pair.path("refresh_token").asText());
        access.add(pair.path("access_token").asText());
      }
    }
    assertEquals(1, refresh.size());
    assertEquals(1, access.size());
    return refresh.iterator().next();
  }

  @Test
  void repetitionWithinGraceReturnsTheSamePair() {
    String first = login().path("refresh_token").asText();
    String second = refreshOk(first).path("refresh_token").asText();
    assertNotEquals(second, refreshOk(second).path("refresh_token").asText());
    assertEquals(second, refreshOk(first).path("refresh_token").asText());
  }

  @Test
  void withoutGraceOnlyAnUnusedSuccessorIsRepeated() {
    withoutGrace("device");
    JsonNode login = login();
    String first = login.path("refresh_token").asText();
    String second = refreshOk(first).path("refresh_token").asText();
    assertEquals(second, refreshOk(first).path("refresh_token").asText());
    String third = refreshOk(second).path("refresh_token").asText();
    assertEquals(401, refresh(first, "browser").status());
    // Reuse from the same device is refused, but does not end the session.
    String access = refreshOk(third).path("access_token").asText();
    assertEquals(200, me(access));
    assertEquals(401, refresh(first, "thief").status());
    assertEquals(401, me(access));
    assertEquals(401, me(login.path("access_token").asText()));
    assertEquals(401, refresh(third, "browser").status());
  }

  @Test
  void reuseEndsTheSessionInFamilyMode() {
    withoutGrace("family");
    String first = login().path("refresh_token").asText();
    String second = refreshOk(first).path("refresh_token").asText();
    String access = refreshOk(second).path("access_token").asText();
    assertEquals(401, refresh(first, "browser").status());
    assertEquals(401, me(access));
  }

  @Test
  void tokensAreNotInterchangeableAndRepeatedFailuresAre429() {
    withoutGrace("device");
    JsonNode login = login();
    assertEquals(401, me(login.path("refresh_token").asText()));
    for (int i = 0; i < 5; i++) {
      assertEquals(401, refresh(login.path("access_token").asText(), "browser").status());
    }
    TestServer.Response sixth = refresh("nonsense", "browser");
    assertEquals(429, sixth.status());
    assertTrue(Integer.parseInt(sixth.header("retry-after").orElseThrow()) <= 10);
    refreshOk(login.path("refresh_token").asText());
  }

  private void withoutGrace(String reuse) {
    server = TestServer.start(Map.of("REFRESH_GRACE_SECONDS", "0", "REFRESH_REUSE", reuse));
  }

  private JsonNode login() {
    String body =
        "{\"username\":\"%s\",\"password\":\"%s\"}"
            .formatted(TestServer.ADMIN, TestServer.PASSWORD);
    return post("/api/auth/login", body, "browser").json();
  }

  private JsonNode refreshOk(String token) {
    TestServer.Response said = refresh(token, "browser");
    assertEquals(200, said.status(), said.text());
    return said.json();
  }

  private TestServer.Response refresh(String token, String agent) {
    return post("/api/auth/refresh", "{\"refresh_token\":\"" + token + "\"}", agent);
  }

  private TestServer.Response post(String path, String body, String agent) {
    return server.send(
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("User-Agent", agent)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private int me(String access) {
    return server.call("GET", "/api/auth/me", access, null).status();
  }
}
