package potluck.server.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /metrics} on a port of its own, because API callers must not see it. If the port is
 * taken, the server runs without metrics.
 */
public final class MetricsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
  private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final @Nullable HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  public MetricsServer(String host, int port, Metrics metrics) {
    this.server = open(host, port, metrics);
  }

  private @Nullable HttpServer open(String host, int port, Metrics metrics) {
    try {
      HttpServer listening = HttpServer.create(new InetSocketAddress(host, port), 16);
      listening.createContext("/", exchange -> answer(exchange, metrics));
      listening.setExecutor(threads);
      listening.start();
      return listening;
    } catch (IOException e) {
      LOG.warn("no metrics: cannot listen on {}:{} ({})", host, port, e.getMessage());
      return null;
    }
  }

  private static void answer(HttpExchange exchange, Metrics metrics) throws IOException {
    try (exchange) {
      boolean isMetrics = exchange.getRequestURI().getPath().equals("/metrics");
      byte[] text = (isMetrics ? metrics.text() : "See /metrics.\n").getBytes(UTF_8);
      Headers headers = exchange.getResponseHeaders();
      headers.add("content-type", TYPE);
      headers.add("x-content-type-options", "nosniff");
      headers.add("x-request-id", UUID.randomUUID().toString());
      exchange.sendResponseHeaders(isMetrics ? 200 : 404, text.length);
      exchange.getResponseBody().write(text);
    }
  }

  /** The port; 0 if it is not served. */
  public int port() {
    return server == null ? 0 : server.getAddress().getPort();
  }

  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    threads.close();
  }
}
