package potluck.kit.trial;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
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
  private static final String MODEL = "gpt-4.1-trial";

  private final FakeUpstream upstream;
  private final PotluckProcess potluck;
  private final Random random;
  private final Map<String, Boolean> delivered = new ConcurrentHashMap<>();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile String key = "";

  private CrashTrial(Path script, int port, long seed) throws IOException {
    this.upstream = FakeUpstream.start();
    this.potluck = new PotluckProcess(script, Files.createTempDirectory("crash-trial"), port);
    this.random = new Random(seed);
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
    potluck.start(Map.of());
    key = potluck.share(potluck.login(), upstream, MODEL);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CALLERS; i++) {
        boolean stream = i % 2 == 0;
        callers.submit(() -> call(stream));
      }
      for (int i = 1; i <= kills; i++) {
        TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1500));
        potluck.kill();
        potluck.start(Map.of());
        if (i % 10 == 0) {
          System.out.printf("%d kills, %d sent, %d delivered%n", i, sent.get(), delivered.size());
        }
      }
      stopped.set(true);
    }
    boolean good = check();
    potluck.close();
    upstream.close();
    return good;
  }

  private void call(boolean stream) {
    String body =
        "{\"model\":\"%s\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(MODEL, stream);
    while (!stopped.get()) {
      String id = UUID.randomUUID().toString();
      HttpRequest request =
          potluck
              .request("/v1/chat/completions")
              .header("authorization", "Bearer " + key)
              .header("content-type", "application/json")
              .header("x-client-request-id", id)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      try {
        sent.incrementAndGet();
        HttpResponse<String> answer = potluck.send(request);
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
  private boolean check() throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(3);
    UsageRows rows = UsageRows.read(potluck, potluck.login());
    // Killed between the last byte and the note of it: charged, and shown as not delivered.
    long unsure =
        delivered.keySet().stream().filter(id -> !rows.deliveredIds().contains(id)).count();
    System.out.printf(
        "sent %d, served upstream %d, delivered %d, rows %d%n"
            + "delivered without a row: %d%nrows twice: %d%nanswers with two rows: %d%n"
            + "delivered, but killed before that was noted: %d%nledger: %s%n",
        sent.get(),
        upstream.requests().size(),
        delivered.size(),
        rows.count(),
        rows.missing(delivered.keySet()),
        rows.duplicates(),
        rows.withSeveralRows(),
        unsure,
        rows.ledger());
    return rows.isConsistent(delivered.keySet());
  }
}
