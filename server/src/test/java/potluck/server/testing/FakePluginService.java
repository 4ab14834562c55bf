package potluck.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A fake of AntiHub's Plug-in API service: records requests and answers as a test configures it.
 */
public final class FakePluginService implements AutoCloseable {
  public static final String ADMIN_KEY = "sk-admin-Hq2m-Zr81";
  public static final String USER_KEY = "sk-of-the-user-there-0123456789";

  /** A received request. */
  public record ReceivedRequest(
      String method,
      String target,
      @Nullable String credential,
      @Nullable String accountType,
      @Nullable String onlyDedicated,
      String body) {}

  /**
   * A configured answer.
   *
   * @param location the header of this name; null if it is not sent
   */
  public record Answer(int status, String body, @Nullable String location) {}

  public final List<ReceivedRequest> received = new CopyOnWriteArrayList<>();
  public final Map<String, Answer> answers = new ConcurrentHashMap<>();
  public final CountDownLatch silence = new CountDownLatch(1);
  public volatile boolean silent;
  private final HttpServer server;

  public FakePluginService() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
    answer(
        "POST /api/users",
        200,
        "{\"success\":true,\"data\":{\"user_id\":\"7f2d-there\",\"api_key\":\"%s\"}}"
            .formatted(USER_KEY));
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  public void answer(String what, int status, String body) {
    answers.put(what, new Answer(status, body, null));
  }

  /** The latest request for this path. */
  public ReceivedRequest last(String path) {
    return received.stream()
        .filter(each -> each.target().split("\\?")[0].equals(path))
        .reduce((_, later) -> later)
        .orElseThrow(() -> new AssertionError(path + " was not asked for: " + received));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      received.add(
          new ReceivedRequest(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders().getFirst("authorization"),
              exchange.getRequestHeaders().getFirst("x-account-type"),
              exchange.getRequestHeaders().getFirst("x-use-only-dedicated"),
              new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      if (silent) {
        silence.await();
      }
      Answer answer =
          answers.getOrDefault(
              exchange.getRequestMethod() + " " + path,
              new Answer(200, "{\"success\":true,\"data\":{\"at\":\"" + path + "\"}}", null));
      byte[] body = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      if (answer.location() != null) {
        exchange.getResponseHeaders().set("location", answer.location());
      }
      // Limits of the account that served; other accounts of the service may have more left.
      exchange.getResponseHeaders().set("x-ratelimit-limit-requests", "5");
      exchange.getResponseHeaders().set("x-ratelimit-remaining-requests", "0");
      exchange.getResponseHeaders().set("x-ratelimit-reset-requests", "60s");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    silence.countDown();
    server.stop(0);
  }
}
