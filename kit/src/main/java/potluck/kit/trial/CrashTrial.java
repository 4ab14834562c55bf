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
 * Kills the server at random moments under load, and checks afterwards that each completely
 * delivered answer has exactly one usage row, and that the ledger is consistent. It compares three
 * sources and does not trust the server's log: what clients received, what the upstream served, and
 * what PostgreSQL contains.
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

  /**
   * Runs the trial. Exits with 1 if the check fails.
   *
   * @param arguments path of the {@code potluck} script, number of kills, port, and optionally a
   *     seed
   */
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
    boolean consistent = check();
    potluck.close();
    upstream.close();
    return consistent;
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
        boolean complete = !stream || answer.body().endsWith("data: [DONE]\n\n");
        if (answer.statusCode() == 200 && complete) {
          delivered.put(id, stream);
        }
      } catch (IOException e) {
        // The server was killed during the call; it needs a moment to restart.
        LockSupport.parkNanos(20_000_000);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Compares the three sources. */
  private boolean check() throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(3);
    UsageRows rows = UsageRows.read(potluck, potluck.login());
    // Killed between the last byte and its journal record: charged, but shown as not delivered.
    long unrecorded =
        delivered.keySet().stream().filter(id -> !rows.deliveredIds().contains(id)).count();
    System.out.printf(
        "sent %d, served upstream %d, delivered %d, rows %d%n"
            + "delivered without a row: %d%nduplicate rows: %d%nanswers with several rows: %d%n"
            + "delivered, but killed before that was recorded: %d%nledger: %s%n",
        sent.get(),
        upstream.requests().size(),
        delivered.size(),
        rows.count(),
        rows.missing(delivered.keySet()),
        rows.duplicates(),
        rows.withSeveralRows(),
        unrecorded,
        rows.ledger());
    return rows.isConsistent(delivered.keySet());
  }
}
