package potluck.server.bootstrap;

import java.util.List;
import java.util.Optional;
import potluck.gateway.identity.PasswordHasher;
import potluck.gateway.meter.Ledger;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.Quotas;
import potluck.server.database.Database;
import potluck.server.http.HttpServer;
import potluck.server.metrics.Metrics;
import potluck.server.redis.RedisConnection;
import potluck.server.telemetry.Telemetry;

/** Registers the metrics of all parts in one list; docs/operate/monitoring.md explains them. */
final class MetricsRegistration {
  private MetricsRegistration() {}

  static void register(
      Metrics metrics,
      HttpServer httpServer,
      Pool pool,
      Quotas quotas,
      Ledger ledger,
      PasswordHasher passwords,
      Database database,
      Optional<RedisConnection> redis,
      Optional<Telemetry> telemetry) {
    metrics.gauge("potluck.running", "Running model requests", httpServer::runningCalls);
    metrics.gauge("potluck.connections", "Open connections of callers", httpServer::connections);
    metrics.counter(
        "potluck.connections.refused",
        "Connections that were refused because a limit was reached",
        httpServer::refused);
    metrics.gauge("potluck.bodies.bytes", "Memory used by request bodies", httpServer::bodyBytes);

    metrics.gauge("potluck.waiting", "Requests that wait for a busy account", pool::waiting);
    metrics.counter("potluck.rests", "Number of account cooldowns", pool::restCount);
    metrics.taggedGauges(
        "potluck.accounts",
        "Enabled accounts by standing",
        "standing",
        List.of("ready", "resting", "spent", "revoked"),
        pool::countByStanding);

    metrics.gauge("potluck.holds.open", "Open quota holds", quotas::holdsOpen);
    metrics.counter("potluck.rows.posted", "Rows posted to PostgreSQL", ledger::rowsPosted);
    metrics.gauge(
        "potluck.journal.bytes",
        "Bytes of the journal that are not posted yet; files of an earlier run count completely",
        ledger::bytesWaiting);

    metrics.gauge(
        "potluck.password.hashes",
        "Password hashes computed since the start",
        passwords::hashCount);
    metrics.gauge(
        "potluck.database.up", "Whether PostgreSQL answers", () -> database.isReachable() ? 1 : 0);
    metrics.gauge(
        "potluck.redis.up",
        "Whether Redis accepts writes; NaN if none is set",
        () ->
            redis
                .<Number>map(wire -> wire.state() == RedisConnection.State.CONNECTED ? 1 : 0)
                .orElse(Double.NaN));
    metrics.counter(
        "potluck.spans.dropped",
        "Spans that could not be exported",
        () -> telemetry.map(Telemetry::dropped).orElse(0L));
  }
}
