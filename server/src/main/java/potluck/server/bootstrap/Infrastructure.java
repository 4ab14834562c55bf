package potluck.server.bootstrap;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import potluck.gateway.demo.DemoModel;
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.RedisMirror;
import potluck.gateway.upstream.AllowedHosts;
import potluck.gateway.upstream.HttpUpstream;
import potluck.gateway.upstream.Upstream;
import potluck.server.database.Database;
import potluck.server.redis.RedisConnection;
import potluck.server.settings.SecretFiles;
import potluck.server.settings.Setting;
import potluck.server.settings.Settings;

/**
 * The foundation of everything else: database, change feed, upstream client, clock.
 *
 * @param jdbi for requests of people who wait
 * @param backgroundJdbi for background writes, which may take longer
 * @param reportJdbi for sums over all rows
 * @param allowedHosts private hosts that may be called
 * @param nodeId of this node
 */
record Infrastructure(
    Settings settings,
    Database database,
    Jdbi jdbi,
    Jdbi backgroundJdbi,
    Jdbi reportJdbi,
    ChangeFeed changes,
    Optional<RedisConnection> redis,
    AllowedHosts allowedHosts,
    Upstream upstream,
    UUID nodeId,
    InstantSource clock) {

  /** Between two words of the demo model, slow enough to see. */
  private static final Duration DEMO_WORD_INTERVAL = Duration.ofMillis(15);

  /**
   * Enough for a batch on a slow disk, or for a lock that another node holds during a call. Short
   * enough that an unreachable database is noticed.
   */
  private static final Duration BACKGROUND_TIMEOUT = Duration.ofSeconds(30);

  static Infrastructure of(Settings settings, Database database) {
    Jdbi jdbi =
        jdbi(database.withTimeout(settings.values().seconds(Setting.DATABASE_TIMEOUT_SECONDS)));
    AllowedHosts allowed =
        AllowedHosts.parse(
            settings.values().text(Setting.UPSTREAM_ALLOWED_HOSTS)
                + settings
                    .plugin()
                    .service()
                    .map(service -> "," + RemotePoolWiring.hostAndPort(service))
                    .orElse(""));
    return new Infrastructure(
        settings,
        database,
        jdbi,
        jdbi(database.withTimeout(BACKGROUND_TIMEOUT)),
        jdbi(database.forReports()),
        new ChangeFeed(jdbi),
        settings.redis().map(RedisConnection::new),
        allowed,
        new DemoModel(new HttpUpstream(allowed, settings.upstreams().proxy()), DEMO_WORD_INTERVAL),
        new SecretFiles(settings.home()).node(),
        Clock.systemUTC());
  }

  /** The Redis mirror; one that does nothing if no Redis is set. */
  RedisMirror redisMirror() {
    return redis.<RedisMirror>map(wire -> wire).orElse(RedisMirror.NONE);
  }

  private static Jdbi jdbi(ConnectionFactory connections) {
    Jdbi jdbi = Jdbi.create(connections);
    jdbi.registerArrayType(String.class, "text");
    // Bound values must not be in a log: hashes, names, encrypted credentials.
    jdbi.configure(
        StatementExceptions.class,
        config -> config.setMessageRendering(StatementExceptions.MessageRendering.NONE));
    return jdbi;
  }
}
