package potluck.kit.trial;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that stream continuously, each answer on its own connection, and measure the time to the
 * first byte. Thread-safe.
 */
final class FirstByteCallers implements AutoCloseable {
  private static final int TIMEOUT_MS = 60_000;

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
  private final int port;
  private final byte[] request;
  private final Map<String, Integer> failed = new TreeMap<>();
  private List<Long> firstByteNanos = new ArrayList<>();
  private int complete;
  private volatile boolean stopped;

  /**
   * @param count number of concurrent callers
   */
  FirstByteCallers(int port, String key, String model, int count) {
    this.port = port;
    String body =
        "{\"model\":\"%s\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"
            .formatted(model);
    this.request =
        ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer "
                + key
                + "\r\ncontent-type: application/json\r\ncontent-length: "
                + body.length()
                + "\r\n\r\n"
                + body)
            .getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < count; i++) {
      callers.submit(
          () -> {
            while (!stopped) {
              call();
            }
          });
    }
  }

  private void call() {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(TIMEOUT_MS);
      long startedAt = System.nanoTime();
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      byte[] first = new byte[8192];
      int read = in.read(first);
      long nanos = System.nanoTime() - startedAt;
      String head = new String(first, 0, Math.max(read, 0), StandardCharsets.US_ASCII);
      String rest = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      if (!head.startsWith("HTTP/1.1 200 ")) {
        failed(head.isEmpty() ? "closed" : head.substring(9, 12));
      } else if (!(head + rest).contains("data: [DONE]")) {
        failed("truncated");
      } else {
        served(nanos);
      }
    } catch (IOException e) {
      failed("connection");
    }
  }

  private synchronized void served(long nanos) {
    complete++;
    firstByteNanos.add(nanos);
  }

  private void failed(String how) {
    synchronized (this) {
      failed.merge(how, 1, Integer::sum);
    }
    LockSupport.parkNanos(50_000_000);
  }

  /**
   * Complete streams, failures and times to the first byte since the last report; starts a new one.
   */
  synchronized String report(String title) {
    long[] nanos = firstByteNanos.stream().mapToLong(Long::longValue).sorted().toArray();
    String text =
        "%-34s complete %5d  failed %s  first byte %.1f ms (median) %.1f ms (99 %%) %.1f ms (longest)"
            .formatted(
                title,
                complete,
                failed,
                nanos.length == 0 ? 0 : nanos[nanos.length / 2] / 1e6,
                nanos.length == 0 ? 0 : nanos[nanos.length * 99 / 100] / 1e6,
                nanos.length == 0 ? 0 : nanos[nanos.length - 1] / 1e6);
    firstByteNanos = new ArrayList<>();
    failed.clear();
    complete = 0;
    return text;
  }

  /** Number of failures since the last report. */
  synchronized int failures() {
    return failed.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public void close() {
    stopped = true;
    callers.shutdown();
    try {
      if (!callers.awaitTermination(1, TimeUnit.MINUTES)) {
        callers.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
