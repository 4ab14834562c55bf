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
      Metrics figures,
      HttpServer site,
      Pool pool,
      Quotas quotas,
      Ledger ledger,
      PasswordHasher passwords,
      Database database,
      Optional<RedisConnection> redis,
      Optional<Telemetry> telemetry) {
    figures.gauge("potluck.running", "Running model requests", site::runningCalls);
    figures.gauge("potluck.connections", "Open connections of callers", site::connections);
    figures.counter(
        "potluck.connections.refused",
        "Connections that were refused because a limit was reached",
        site::refused);
    figures.gauge("potluck.bodies.bytes", "Memory used by request bodies", site::bodyBytes);

    figures.gauge("potluck.waiting", "Requests that wait for a busy account", pool::waiting);
    figures.counter("potluck.rests", "Number of account cooldowns", pool::restCount);
    figures.taggedGauges(
        "potluck.accounts",
        "Enabled accounts by standing",
        "standing",
        List.of("ready", "resting", "spent", "revoked"),
        pool::countByStanding);

    figures.gauge("potluck.holds.open", "Open quota holds", quotas::holdsOpen);
    figures.counter("potluck.rows.posted", "Rows posted to PostgreSQL", ledger::rowsPosted);
    figures.gauge(
        "potluck.journal.bytes",
        "Bytes of the journal that are not posted yet; files of an earlier run count completely",
        ledger::bytesWaiting);

    figures.gauge(
        "potluck.password.hashes",
        "Password hashes computed since the start",
        passwords::hashCount);
    figures.gauge(
        "potluck.database.up", "Whether PostgreSQL answers", () -> database.isReachable() ? 1 : 0);
    figures.gauge(
        "potluck.redis.up",
        "Whether Redis accepts writes; NaN if none is set",
        () ->
            redis
                .<Number>map(wire -> wire.state() == RedisConnection.State.CONNECTED ? 1 : 0)
                .orElse(Double.NaN));
    figures.counter(
        "potluck.spans.dropped",
        "Spans that could not be exported",
        () -> telemetry.map(Telemetry::dropped).orElse(0L));
  }
}
