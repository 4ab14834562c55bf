package potluck.kit.trial;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
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

/** Callers that stream continuously and record how each answer ended. Thread-safe. */
final class StreamCallers implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong sent = new AtomicLong();
  private final Set<String> delivered = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicLong> rejected = new ConcurrentHashMap<>();
  private final Queue<String> truncated = new ConcurrentLinkedQueue<>();

  /**
   * @param address base address, without a path
   * @param count number of concurrent callers
   */
  StreamCallers(String address, String key, String model, int count) {
    String body =
        "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model);
    for (int i = 0; i < count; i++) {
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
    boolean started = false;
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      started = answer.statusCode() == 200;
      String last = "";
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          last = line.isEmpty() ? last : line;
        }
      }
      if (!started) {
        rejected(Integer.toString(answer.statusCode()));
      } else if (last.equals("data: [DONE]")) {
        delivered.add(id);
      } else {
        truncated.add(id + " ended with " + last);
      }
    } catch (IOException e) {
      if (started) {
        truncated.add(id + " " + e.getMessage());
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

  /** The counts so far; resets those of rejected and truncated answers. */
  String report(String title) {
    String text =
        "%-42s sent %6d  delivered %6d  truncated %4d  rejected %s"
            .formatted(title, sent.get(), delivered.size(), truncated.size(), rejected);
    truncated.stream().limit(3).forEach(line -> System.out.println("    " + line));
    truncated.clear();
    rejected.clear();
    return text;
  }

  @Override
  public void close() {
    end();
  }

  /** Lets the running answers end, for at most two minutes. */
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
