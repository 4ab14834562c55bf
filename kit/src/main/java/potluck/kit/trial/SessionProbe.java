package potluck.kit.trial;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/** A logged-in user who checks their session ten times a second. Thread-safe. */
final class SessionProbe implements AutoCloseable {
  private static final int UNAUTHORIZED = 401;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<Integer, AtomicLong> answersByStatus = new ConcurrentSkipListMap<>();
  private final Thread thread;
  private volatile boolean stopped;

  SessionProbe(String address, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + "/api/auth/me"))
            .timeout(Duration.ofSeconds(10))
            .header("authorization", "Bearer " + token)
            .GET()
            .build();
    this.thread = Thread.ofVirtual().start(() -> run(request));
  }

  private void run(HttpRequest request) {
    while (!stopped) {
      try {
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        answersByStatus.computeIfAbsent(status, _ -> new AtomicLong()).incrementAndGet();
        Thread.sleep(100);
      } catch (IOException e) {
        answersByStatus.computeIfAbsent(0, _ -> new AtomicLong()).incrementAndGet();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Number of answers with status 401. */
  long loggedOut() {
    AtomicLong count = answersByStatus.get(UNAUTHORIZED);
    return count == null ? 0 : count.get();
  }

  /** Number of answers by status; 0 stands for no answer. */
  Map<Integer, AtomicLong> answersByStatus() {
    return answersByStatus;
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
  }
}
