package potluck.server;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import potluck.gateway.grant.Grants;
import potluck.gateway.key.LastUse;
import potluck.gateway.meter.Journal;
import potluck.gateway.meter.Ledger;
import potluck.gateway.meter.Retention;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.Quotas;
import potluck.gateway.store.Changes;
import potluck.gateway.upstream.Upstream;
import potluck.server.http.Route;
import potluck.server.http.Site;
import potluck.server.metrics.MetricsPort;
import potluck.server.redis.Redis;
import potluck.server.telemetry.Telemetry;

/** The running program, as far as whoever started it needs to know. */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final Site site;
  private final Optional<MetricsPort> metrics;
  private final Optional<Telemetry> telemetry;
  private final AtomicBoolean draining;
  private final Upstream upstream;
  private final Changes changes;
  private final Optional<Redis> redis;
  private final Grants grants;
  private final Pool pool;
  private final Quotas quotas;
  private final LastUse lastUse;
  private final Retention retention;
  private final Ledger ledger;
  private final Journal journal;
  private final Optional<String> demoKey;
  private final Optional<String> setupToken;

  Gateway(
      Site site,
      Optional<MetricsPort> metrics,
      Optional<Telemetry> telemetry,
      AtomicBoolean draining,
      Upstream upstream,
      Changes changes,
      Optional<Redis> redis,
      Grants grants,
      Pool pool,
      Quotas quotas,
      LastUse lastUse,
      Retention retention,
      Ledger ledger,
      Journal journal,
      Optional<String> demoKey,
      Optional<String> setupToken) {
    this.site = site;
    this.metrics = metrics;
    this.telemetry = telemetry;
    this.draining = draining;
    this.upstream = upstream;
    this.changes = changes;
    this.redis = redis;
    this.grants = grants;
    this.pool = pool;
    this.quotas = quotas;
    this.lastUse = lastUse;
    this.retention = retention;
    this.ledger = ledger;
    this.journal = journal;
    this.demoKey = demoKey;
    this.setupToken = setupToken;
  }

  /** Every route that is served, and who may call it. */
  public List<Route> routes() {
    return site.routes();
  }

  public int port() {
    return site.port();
  }

  /** Where figures are shown; 0 where they are not. */
  public int metricsPort() {
    return metrics.map(MetricsPort::port).orElse(0);
  }

  /** A key for the demo model; empty where there is none. */
  public Optional<String> demoKey() {
    return demoKey;
  }

  /** The token of the link that makes the first administrator; empty where there is one. */
  public Optional<String> setupToken() {
    return setupToken;
  }

  /**
   * Says that it is not ready, goes on for {@code accept}, then lets running answers end for at
   * most {@code drain}.
   */
  public void drain(Duration accept, Duration drain) {
    draining.set(true);
    pause(accept);
    long deadline = System.nanoTime() + drain.toNanos();
    int running = site.running();
    if (running > 0) {
      LOG.info("waiting for {} running answers, at most {} s", running, drain.toSeconds());
    }
    while (site.running() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(20_000_000);
    }
  }

  private static void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  /** Closes the doors, posts what the journal holds, and lets go of everything. */
  @Override
  public void close() {
    site.close();
    metrics.ifPresent(MetricsPort::close);
    telemetry.ifPresent(Telemetry::close);
    upstream.close();
    changes.close();
    redis.ifPresent(Redis::close);
    grants.close();
    pool.close();
    quotas.close();
    lastUse.close();
    retention.close();
    ledger.close();
    journal.close();
  }
}
