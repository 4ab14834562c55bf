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
    figures.gauge("potluck.running", "Model requests under way", site::runningCalls);
    figures.gauge("potluck.connections", "Connections of callers that are open", site::connections);
    figures.counter(
        "potluck.connections.refused",
        "Connections that were refused because there were too many",
        site::refused);
    figures.gauge(
        "potluck.bodies.bytes", "Memory that bodies of requests take now", site::bodyBytes);

    figures.gauge("potluck.waiting", "Requests that wait for a busy account", pool::waiting);
    figures.counter("potluck.rests", "Times that an account was sent to rest", pool::restCount);
    figures.taggedGauges(
        "potluck.accounts",
        "Accounts that are on, by how they stand",
        "standing",
        List.of("ready", "resting", "spent", "revoked"),
        pool::standing);

    figures.gauge("potluck.holds.open", "Reservations that are open", quotas::holdsOpen);
    figures.counter("potluck.rows.posted", "Rows posted to PostgreSQL", ledger::rowsPosted);
    figures.gauge(
        "potluck.journal.bytes",
        "What of the journal is not posted yet; what an earlier run left counts by whole files",
        ledger::bytesWaiting);

    figures.gauge("potluck.password.hashes", "Password hashes so far", passwords::hashCount);
    figures.gauge(
        "potluck.database.up", "Whether PostgreSQL answers", () -> database.isReachable() ? 1 : 0);
    figures.gauge(
        "potluck.redis.up",
        "Whether Redis takes what it is given; NaN where none is wanted",
        () ->
            redis
                .<Number>map(wire -> wire.state() == RedisConnection.State.CONNECTED ? 1 : 0)
                .orElse(Double.NaN));
    figures.counter(
        "potluck.spans.dropped",
        "Spans that could not be delivered",
        () -> telemetry.map(Telemetry::dropped).orElse(0L));
  }
}
