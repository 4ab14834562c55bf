package potluck.kit.trial;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Callers that stream without a pause, and write down how each answer ended. Thread-safe. */
final class StreamCallers implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final Set<String> delivered = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicLong> rejected = new ConcurrentHashMap<>();
  private final Queue<String> broken = new ConcurrentLinkedQueue<>();

  /**
   * @param address of the door, without a path
   * @param many that run at once
   */
  StreamCallers(String address, String key, String model, int many) {
    String body =
        "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model);
    for (int i = 0; i < many; i++) {
      callers.submit(
          () -> {
            while (!stopped.get()) {
              call(address, key, body);
            }
          });
    }
  }

  private void call(String address, String key, String body) {
    String id = UUID.randomUUID().toString();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/v1/chat/completions"))
            .timeout(Duration.ofMinutes(2))
            .header("authorization", "Bearer " + key)
            .header("content-type", "application/json")
            .header("x-client-request-id", id)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    sent.incrementAndGet();
    boolean begun = false;
    try {
      var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      begun = answer.statusCode() == 200;
      String last = "";
      try (var lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line.isEmpty() ? last : line;
        }
      }
      if (!begun) {
        rejected(Integer.toString(answer.statusCode()));
      } else if (last.equals("data: [DONE]")) {
        delivered.add(id);
      } else {
        broken.add(id + " ended with " + last);
      }
    } catch (IOException e) {
      if (begun) {
        broken.add(id + " " + e.getMessage());
      } else {
        rejected("connection");
      }
    } catch (InterruptedException e) {
      stopped.set(true);
    }
  }

  private void rejected(String how) {
    rejected.computeIfAbsent(how, _ -> new AtomicLong()).incrementAndGet();
    LockSupport.parkNanos(50_000_000);
  }

  Set<String> delivered() {
    return delivered;
  }

  /** How it stands, and forgets what was refused and broken so far. */
  String report(String title) {
    String text =
        "%-42s sent %6d  delivered %6d  broken %4d  refused %s"
            .formatted(title, sent.get(), delivered.size(), broken.size(), rejected);
    broken.stream().limit(3).forEach(line -> System.out.println("    " + line));
    broken.clear();
    rejected.clear();
    return text;
  }

  @Override
  public void close() {
    end();
  }

  /** Lets the running answers end. */
  void end() {
    stopped.set(true);
    callers.shutdown();
    try {
      if (!callers.awaitTermination(2, TimeUnit.MINUTES)) {
        callers.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
