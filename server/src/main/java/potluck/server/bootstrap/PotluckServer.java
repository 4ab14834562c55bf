package potluck.server.bootstrap;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import potluck.server.http.HttpRoute;
import potluck.server.http.HttpServer;

/** The running program, as far as whoever started it needs to know. */
public final class PotluckServer implements AutoCloseable {
  private final HttpServer httpServer;
  private final int metricsPort;
  private final AtomicBoolean draining;
  private final Lifecycle lifecycle;
  private final FirstStartSecrets firstStartSecrets;

  /**
   * What whoever starts it for the first time is shown.
   *
   * @param demoKey a key for the demo model; empty where there is none
   * @param setupToken of the link that makes the first administrator; empty where there is one
   */
  public record FirstStartSecrets(Optional<String> demoKey, Optional<String> setupToken) {}

  PotluckServer(
      HttpServer site,
      int metricsPort,
      AtomicBoolean draining,
      Lifecycle lifecycle,
      FirstStartSecrets tickets) {
    this.httpServer = site;
    this.metricsPort = metricsPort;
    this.draining = draining;
    this.lifecycle = lifecycle;
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

  /** Stops everything in reverse order: HTTP first, the journal last. */
  @Override
  public void close() {
    lifecycle.close();
  }
}
