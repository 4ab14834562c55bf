package potluck.server.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.DialectResponse;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;

/** The listening server: the only place that builds a Helidon server. */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

  /** Helidon's own limit; {@link ConnectionTimeouts} has a shorter one. */
  private static final Duration HELIDON_IDLE_TIMEOUT = Duration.ofDays(1);

  /** Helidon's own limit; {@link #close(Duration)} has a shorter one. */
  private static final Duration HELIDON_DRAIN_TIMEOUT = Duration.ofDays(1);

  /** Time for the shutdown error to reach callers. */
  private static final Duration SHUTDOWN_ERROR_TIMEOUT = Duration.ofSeconds(1);

  /** Time for a caller that has its answer to send its next request on the same connection. */
  private static final Duration IDLE_GRACE = Duration.ofSeconds(1);

  private static final long POLL_NANOS = 10_000_000;

  private static final Failure STOPPING =
      Failure.of(Kind.UNAVAILABLE, "The server is stopping; send the request again.")
          .retryAfter(Duration.ofSeconds(1));

  private final Connections connections;
  private final InFlightCalls inFlightCalls;
  private final RequestHandler requestHandler;
  private final WebServer server;

  /**
   * @param port 0 takes any free one
   */
  public HttpServer(
      String host,
      int port,
      RequestHandler requestHandler,
      Connections connections,
      InFlightCalls inFlightCalls) {
    this.connections = connections;
    this.inFlightCalls = inFlightCalls;
    this.requestHandler = requestHandler;
    this.server =
        WebServer.builder()
            .host(host)
            .port(port)
            .addConnectionSelector(connections)
            .protocolsDiscoverServices(false)
            .useNio(false)
            .shutdownHook(false)
            .shutdownGracePeriod(HELIDON_DRAIN_TIMEOUT)
            .backlog(4096)
            // Helidon's listener stops for good if the system has no file left for it, so further
            // connections wait in the backlog.
            .maxTcpConnections(maxTcpConnections(connections.limits().connections()))
            .idleConnectionTimeout(HELIDON_IDLE_TIMEOUT)
            .maxPayloadSize(-1)
            .writeQueueLength(0)
            .connectionOptions(
                SocketOptions.builder().tcpNoDelay(true).socketReceiveBufferSize(64 << 10).build())
            .contentEncoding(new PassthroughEncoding())
            .directHandlers(directHandlers(connections.limits().requests().maxHeaderBytes()))
            .addRouting(HttpRouting.builder().any(requestHandler::handle))
            .build()
            .start();
    // Helidon only logs why it cannot listen.
    if (!server.isRunning() || server.port() <= 0) {
      throw new UncheckedIOException(bindProblem(host, port));
    }
  }

  /** Why this address cannot be listened on: the port is taken, or the host is not ours. */
  private static IOException bindProblem(String host, int port) {
    try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName(host))) {
      return new BindException("cannot listen on " + host + ":" + port);
    } catch (IOException e) {
      return e;
    }
  }

  private static int maxTcpConnections(ServerLimits.ConnectionLimits limits) {
    return Math.min(limits.max(), limits.maxSockets()) + limits.maxRejectionResponses();
  }

  /** Every route that is served. */
  public List<HttpRoute> routes() {
    return requestHandler.routes();
  }

  /** Errors that Helidon raises before there is a request to route. */
  private static DirectHandlers directHandlers(int headerBytes) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    DirectHandler handler =
        (request, type, status, headers, message) -> {
          int code = statusOf(type, status.code(), headerBytes);
          String id = UUID.randomUUID().toString();
          DialectResponse written =
              ErrorForm.write(
                  PathSurfaces.of(request.path() == null ? "/" : request.path()),
                  Failure.of(kind(code), messageOf(code)),
                  id,
                  "en"); // The headers may not have been read.
          DirectHandler.TransportResponse.Builder response =
              DirectHandler.TransportResponse.builder()
                  .status(Status.create(code))
                  .header(HttpHeaders.REQUEST_ID, id)
                  .header(HttpHeaders.NOSNIFF, "nosniff")
                  .entity(written.body());
          written
              .headers()
              .forEach((name, value) -> response.header(HeaderNames.create(name), value));
          return response.keepAlive(false).build();
        };
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, handler);
    }
    return handlers.build();
  }

  /** Helidon reports some malformed requests as internal errors. */
  private static int statusOf(DirectHandler.EventType type, int status, int headerBytes) {
    if (status == 400 && Connections.currentInput().timeouts().headBytes() > headerBytes) {
      return 431;
    }
    return type == DirectHandler.EventType.INTERNAL_ERROR ? 400 : status;
  }

  private static Kind kind(int status) {
    return switch (status) {
      case 404 -> Kind.NOT_FOUND;
      case 408 -> Kind.REQUEST_TIMEOUT;
      case 413 -> Kind.TOO_LARGE;
      case 431 -> Kind.HEADERS_TOO_LARGE;
      case 505 -> Kind.INVALID;
      default -> status >= 500 ? Kind.INTERNAL : Kind.INVALID;
    };
  }

  private static String messageOf(int status) {
    return switch (status) {
      case 413 -> "The body is too large.";
      case 414 -> "The address is too long; an operator can raise POTLUCK_MAX_URI_BYTES.";
      case 431 -> "The headers are too large; an operator can raise POTLUCK_MAX_HEADER_BYTES.";
      case 505 -> "Only HTTP/1.1 is supported.";
      default -> status >= 500 ? "The server failed." : "This is not a valid HTTP request.";
    };
  }

  /** The port. */
  public int port() {
    return server.port();
  }

  /** Open connections. */
  public int connections() {
    return connections.limiter().size();
  }

  /** Connections that were refused since the start. */
  public long refused() {
    return connections.limiter().refused();
  }

  /** Bytes of bodies in memory now. */
  public long bodyBytes() {
    return requestHandler.bodyBytes();
  }

  /** Running model calls. */
  public int runningCalls() {
    return inFlightCalls.running();
  }

  /** Closes without waiting for running calls. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Accepts nothing new, and lets running calls finish.
   *
   * @param timeout how long they may take; the others get an error
   */
  public void close(Duration timeout) {
    if (inFlightCalls.running() > 0 && timeout.isPositive()) {
      LOG.info(
          "waiting for {} running answers, at most {} s",
          inFlightCalls.running(),
          timeout.toSeconds());
    }
    connections.closeAfterResponse();
    Thread ending = Thread.ofVirtual().name("drain").start(() -> drain(timeout));
    server.stop();
    ending.interrupt();
    inFlightCalls.close();
  }

  /** Runs until it is interrupted, because queued connections may still appear. */
  private void drain(Duration timeout) {
    long start = System.nanoTime();
    boolean cancelled = false;
    while (!Thread.currentThread().isInterrupted()) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
      if (!cancelled && elapsed.compareTo(timeout) >= 0) {
        cancelled = true;
        if (timeout.isPositive() && inFlightCalls.running() > 0) {
          LOG.warn("{} answers did not finish in time and are cut off", inFlightCalls.running());
        }
        inFlightCalls.cancelAll(STOPPING);
      }
      if (elapsed.compareTo(timeout.plus(SHUTDOWN_ERROR_TIMEOUT)) >= 0) {
        connections.closeAll();
      } else {
        connections.closeIdle(timeout.compareTo(IDLE_GRACE) < 0 ? timeout : IDLE_GRACE);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
