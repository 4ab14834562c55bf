package potluck.server.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.dialect.Written;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;

/** The listening server: the only place that builds a Helidon server. */
public final class Site implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Site.class);

  /** Helidon's own bound; {@link Patience} has a nearer one. */
  private static final Duration LONGEST_IDLE = Duration.ofDays(1);

  /** Helidon's own bound; {@link #close(Duration)} has a nearer one. */
  private static final Duration LONGEST_DRAIN = Duration.ofDays(1);

  /** For those who are told that the server stops to be told it. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  /** For a caller that has its answer to send what it was about to send on the same connection. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  private static final long LOOK_NANOS = 10_000_000;

  private static final Failure STOPS =
      Failure.of(Kind.UNAVAILABLE, "The server stops; send the request again.")
          .retryAfter(Duration.ofSeconds(1));

  private final Connections connections;
  private final Watch watch;
  private final Front front;
  private final WebServer server;

  /**
   * @param port 0 takes any free one
   */
  public Site(String host, int port, Front front, Connections connections, Watch watch) {
    this.connections = connections;
    this.watch = watch;
    this.front = front;
    this.server =
        WebServer.builder()
            .host(host)
            .port(port)
            .addConnectionSelector(connections)
            .protocolsDiscoverServices(false)
            .useNio(false)
            .shutdownHook(false)
            .shutdownGracePeriod(LONGEST_DRAIN)
            .backlog(4096)
            // Helidon's listener ends for good where the system has no file left for it; so
            // connections beyond these wait unseen.
            .maxTcpConnections(most(connections.fence()))
            .idleConnectionTimeout(LONGEST_IDLE)
            .maxPayloadSize(-1)
            .writeQueueLength(0)
            .connectionOptions(
                SocketOptions.builder().tcpNoDelay(true).socketReceiveBufferSize(64 << 10).build())
            .contentEncoding(new RawBodies())
            .directHandlers(errors(connections.fence().headerBytes()))
            .addRouting(HttpRouting.builder().any(front::handle))
            .build()
            .start();
    // A taken port is only logged by the server, not thrown.
    if (!server.isRunning() || server.port() <= 0) {
      throw new UncheckedIOException(new BindException("port " + port + " is taken"));
    }
  }

  private static int most(Fence fence) {
    return Math.min(fence.connections(), fence.sockets()) + fence.told();
  }

  /** Every route that is served. */
  public List<Route> routes() {
    return front.routes();
  }

  /** What Helidon itself refuses, before there is a request to route. */
  private static DirectHandlers errors(int headerBytes) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    DirectHandler handler =
        (request, type, status, headers, message) -> {
          int code = code(type, status.code(), headerBytes);
          String id = UUID.randomUUID().toString();
          Written written =
              ErrorForm.write(
                  request.path() == null ? "/" : request.path(),
                  Failure.of(kind(code), said(code)),
                  id,
                  "en"); // Its headers may never have been read.
          DirectHandler.TransportResponse.Builder response =
              DirectHandler.TransportResponse.builder()
                  .status(io.helidon.http.Status.create(code))
                  .header(Headers.REQUEST_ID, id)
                  .header(Headers.NOSNIFF, "nosniff")
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

  /** Where Helidon is vague: what fails in it before there is a request is no proper request. */
  private static int code(DirectHandler.EventType type, int status, int headerBytes) {
    if (status == 400 && Connections.incoming().patience().headBytes() > headerBytes) {
      return 431;
    }
    return type == DirectHandler.EventType.INTERNAL_ERROR ? 400 : status;
  }

  private static Kind kind(int status) {
    return switch (status) {
      case 404 -> Kind.NOT_FOUND;
      case 408 -> Kind.TOO_SLOW;
      case 413 -> Kind.TOO_LARGE;
      case 431 -> Kind.HEADERS_TOO_LARGE;
      case 505 -> Kind.INVALID;
      default -> status >= 500 ? Kind.INTERNAL : Kind.INVALID;
    };
  }

  private static String said(int status) {
    return switch (status) {
      case 413 -> "The body is larger than allowed.";
      case 414 ->
          "The address is longer than allowed; an operator can raise POTLUCK_MAX_URI_BYTES.";
      case 431 ->
          "The headers are larger than allowed; an operator can raise POTLUCK_MAX_HEADER_BYTES.";
      case 505 -> "HTTP/1.1 is spoken here, and no other version.";
      default -> status >= 500 ? "The server failed." : "This is not a proper HTTP request.";
    };
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  /** Connections that are open. */
  public int connections() {
    return connections.doorman().size();
  }

  /** Connections that were refused so far. */
  public long refused() {
    return connections.doorman().refused();
  }

  /** Bytes of bodies that are in memory now. */
  public long bodyBytes() {
    return front.bodyBytes();
  }

  /** Model calls under way. */
  public int running() {
    return watch.running();
  }

  /** Closes without waiting for what is under way. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Takes nothing new, and lets what is under way end.
   *
   * @param patience how long it may; what is not done by then is told that the server stops
   */
  public void close(Duration patience) {
    if (watch.running() > 0 && patience.isPositive()) {
      LOG.info(
          "waiting for {} running answers, at most {} s", watch.running(), patience.toSeconds());
    }
    connections.last();
    Thread ending = Thread.ofVirtual().name("drain").start(() -> drain(patience));
    server.stop();
    ending.interrupt();
    watch.close();
  }

  /** Runs until it is interrupted: connections may still come out of the queue of new ones. */
  private void drain(Duration patience) {
    long start = System.nanoTime();
    boolean told = false;
    while (!Thread.currentThread().isInterrupted()) {
      Duration taken = Duration.ofNanos(System.nanoTime() - start);
      if (!told && taken.compareTo(patience) >= 0) {
        told = true;
        if (patience.isPositive() && watch.running() > 0) {
          LOG.warn("{} answers did not end in time and are broken off", watch.running());
        }
        watch.end(STOPS);
      }
      if (taken.compareTo(patience.plus(LAST_WORDS)) >= 0) {
        connections.closeAll();
      } else {
        connections.closeIdle(patience.compareTo(GRACE) < 0 ? patience : GRACE);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
