package potluck.server.bootstrap;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import potluck.server.http.HttpRoute;
import potluck.server.http.HttpServer;

/** A running server. */
public final class PotluckServer implements AutoCloseable {
  private final HttpServer httpServer;
  private final int metricsPort;
  private final AtomicBoolean draining;
  private final Lifecycle lifecycle;
  private final FirstStartSecrets firstStartSecrets;

  /**
   * What a first start prints.
   *
   * @param demoKey a key for the demo model; empty if it is off
   * @param setupToken of the link that creates the first administrator; empty if there is one
   */
  public record FirstStartSecrets(Optional<String> demoKey, Optional<String> setupToken) {}

  PotluckServer(
      HttpServer httpServer,
      int metricsPort,
      AtomicBoolean draining,
      Lifecycle lifecycle,
      FirstStartSecrets firstStartSecrets) {
    this.httpServer = httpServer;
    this.metricsPort = metricsPort;
    this.draining = draining;
    this.lifecycle = lifecycle;
    this.firstStartSecrets = firstStartSecrets;
  }

  /** Open connections of callers. */
  public int connections() {
    return httpServer.connections();
  }

  /** All routes with their access policies. */
  public List<HttpRoute> routes() {
    return httpServer.routes();
  }

  public int port() {
    return httpServer.port();
  }

  /** The port of the metrics; 0 if they are not served. */
  public int metricsPort() {
    return metricsPort;
  }

  public FirstStartSecrets firstStartSecrets() {
    return firstStartSecrets;
  }

  /**
   * Reports not ready, keeps accepting for {@code accept}, then accepts nothing new and gives
   * running answers at most {@code drain} to finish; the others get an error. {@link #close} does
   * the rest.
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

  /** Stops everything in reverse order of starting: HTTP first. */
  @Override
  public void close() {
    lifecycle.close();
  }
}
