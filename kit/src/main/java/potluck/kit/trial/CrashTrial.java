package potluck.kit.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import potluck.kit.FakeUpstream;

/**
 * Kills the program at random moments under load, and then asks: has every answer whose last byte
 * arrived exactly one row, and does the ledger add up? Three journals are joined, and the program's
 * log is believed in nothing: what clients were given, what the upstream served, what PostgreSQL
 * holds.
 */
public final class CrashTrial {
  private static final int CALLERS = 16;
  private static final String PASSWORD = "a-long-trial-password";

  private final FakeUpstream upstream;
  private final House house;
  private final Random random;
  private final Map<String, Boolean> delivered = new ConcurrentHashMap<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicBoolean over = new AtomicBoolean();
  private final Map<String, String> settings;
  private volatile String key = "";

  private CrashTrial(Path script, int port, long seed) throws IOException {
    this.upstream = FakeUpstream.start();
    this.house = new House(script, Files.createTempDirectory("crash-trial"), port);
    this.random = new Random(seed);
    this.settings =
        Map.of(
            "ADMIN_USERNAME", "trial",
            "ADMIN_PASSWORD", PASSWORD,
            "UPSTREAM_ALLOWED_HOSTS", "127.0.0.1",
            "QUOTA_ACCOUNT_USD", "1000000");
  }

  /** Arguments: the program's script, kills, port, seed. Exits with 1 where anything is amiss. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int kills = Integer.parseInt(arguments[1]);
    long seed = arguments.length > 3 ? Long.parseLong(arguments[3]) : System.nanoTime();
    System.out.println("seed " + seed);
    CrashTrial trial = new CrashTrial(Path.of(arguments[0]), Integer.parseInt(arguments[2]), seed);
    System.exit(trial.run(kills) ? 0 : 1);
  }

  private boolean run(int kills) throws IOException, InterruptedException {
    house.start(settings);
    setUp();
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        boolean stream = i % 2 == 0;
        callers.submit(() -> call(stream));
      }
      for (int i = 1; i <= kills; i++) {
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1500));
        house.kill();
        house.start(settings);
        if (i % 10 == 0) {
          System.out.printf("%d kills, %d sent, %d delivered%n", i, sent.get(), delivered.size());
        }
      }
      over.set(true);
    }
    boolean good = judge();
    house.close();
    upstream.close();
    return good;
  }

  private void setUp() throws IOException, InterruptedException {
    String token = login();
    house.ask(
        "POST",
        "/api/plugin-api/accounts",
        token,
        """
        {"provider":"openai-compatible","base_url":"%s/v1","api_key":"sk-trial-upstream",
         "models":["gpt-4.1-trial"],"is_shared":1}
        """
            .formatted(upstream.address()));
    key = house.ask("POST", "/api/api-keys", token, "{\"name\":\"trial\"}").path("key").asText();
  }

  private String login() throws IOException, InterruptedException {
    return house
        .ask(
            "POST",
            "/api/auth/login",
            null,
            "{\"username\":\"trial\",\"password\":\"" + PASSWORD + "\"}")
        .path("access_token")
        .asText();
  }

  private void call(boolean stream) {
    String body =
        "{\"model\":\"gpt-4.1-trial\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(stream);
    while (!over.get()) {
      String id = UUID.randomUUID().toString();
      HttpRequest request =
          house
              .request("/v1/chat/completions")
              .header("authorization", "Bearer " + key)
              .header("content-type", "application/json")
              .header("x-client-request-id", id)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      try {
        sent.incrementAndGet();
        HttpResponse<String> answer = house.send(request);
        boolean whole = !stream || answer.body().endsWith("data: [DONE]\n\n");
        if (answer.statusCode() == 200 && whole) {
          delivered.put(id, stream);
        }
      } catch (IOException killed) {
        // It was killed under the call: nothing was delivered, and nobody answers for a while.
        LockSupport.parkNanos(20_000_000);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Joins the journals. */
  private boolean judge() throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(3);
    String token = login();
    Map<String, Integer> good = new HashMap<>();
    Set<String> released = new HashSet<>();
    Set<String> ids = new HashSet<>();
    long rows = 0;
    long twice = 0;
    long total = Long.MAX_VALUE;
    for (long offset = 0; offset < total; offset += 200) {
      JsonNode page =
          house
              .ask("GET", "/api/usage/logs?all=1&limit=200&offset=" + offset, token, null)
              .path("data");
      total = page.path("pagination").path("total").asLong();
      for (JsonNode row : page.path("logs")) {
        rows++;
        twice += ids.add(row.path("request_id").asText()) ? 0 : 1;
        String client = row.path("client_request_id").asText();
        good.merge(client, 1, Integer::sum);
        if (row.path("success").asBoolean()) {
          released.add(client);
        }
      }
    }
    long missing = delivered.keySet().stream().filter(id -> !good.containsKey(id)).count();
    long doubled = good.values().stream().filter(count -> count > 1).count();
    // Killed between the last byte and the note of it: charged, and shown as not delivered.
    long unsure = delivered.keySet().stream().filter(id -> !released.contains(id)).count();
    JsonNode ledger = house.ask("GET", "/api/admin/ledger/verify", token, null);
    System.out.printf(
        "sent %d, served upstream %d, delivered %d, rows %d%n"
            + "delivered without a row: %d%nrows twice: %d%nanswers with two rows: %d%n"
            + "delivered, but killed before that was noted: %d%nledger: %s%n",
        sent.get(),
        upstream.requests().size(),
        delivered.size(),
        rows,
        missing,
        twice,
        doubled,
        unsure,
        ledger);
    return missing == 0 && twice == 0 && doubled == 0 && ledger.path("ok").asBoolean();
  }
}
