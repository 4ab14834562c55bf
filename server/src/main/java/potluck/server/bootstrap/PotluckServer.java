package potluck.server.bootstrap;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.server.http.HttpRoute;
import potluck.server.http.HttpServer;

/** The running program, as far as whoever started it needs to know. */
public final class PotluckServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PotluckServer.class);

  private final HttpServer httpServer;
  private final int metricsPort;
  private final AtomicBoolean draining;
  private final List<Runnable> closeables;
  private final FirstStartSecrets firstStartSecrets;

  /**
   * What whoever starts it for the first time is shown.
   *
   * @param demoKey a key for the demo model; empty where there is none
   * @param setupToken of the link that makes the first administrator; empty where there is one
   */
  public record FirstStartSecrets(Optional<String> demoKey, Optional<String> setupToken) {}

  /**
   * @param parts how to close all that stands behind the site, in this order
   */
  PotluckServer(
      HttpServer site,
      int metricsPort,
      AtomicBoolean draining,
      List<Runnable> parts,
      FirstStartSecrets tickets) {
    this.httpServer = site;
    this.metricsPort = metricsPort;
    this.draining = draining;
    this.closeables = List.copyOf(parts);
    this.firstStartSecrets = tickets;
  }

  /** Connections of callers that are open. */
  public int connections() {
    return httpServer.connections();
  }

  /** Every route that is served, and who may call it. */
  public List<HttpRoute> routes() {
    return httpServer.routes();
  }

  public int port() {
    return httpServer.port();
  }

  /** Where figures are shown; 0 where they are not. */
  public int metricsPort() {
    return metricsPort;
  }

  public FirstStartSecrets firstStartSecrets() {
    return firstStartSecrets;
  }

  /**
   * Says that it is not ready, goes on for {@code accept}, then takes nothing new and lets running
   * answers end for at most {@code drain}; those that do not are told so. What comes after, {@link
   * #close} does.
   */
  public void drain(Duration accept, Duration drain) {
    draining.set(true);
    sleep(accept);
    httpServer.close(drain);
  }

  private static void sleep(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  /** Closes the doors, posts what the journal holds, and lets go of everything. */
  @Override
  public void close() {
    httpServer.close();
    for (Runnable part : closeables) {
      try {
        part.run();
      } catch (RuntimeException e) {
        LOG.warn("something could not be closed in order: {}", e.getMessage());
      }
    }
  }
}
