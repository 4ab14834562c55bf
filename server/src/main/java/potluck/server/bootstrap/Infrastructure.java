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
 * What everything stands on: the database, what nodes tell each other, the way out, the time.
 *
 * @param jdbi for those who wait for an answer
 * @param backgroundJdbi for what must be written, and may take a while
 * @param reportJdbi for sums over all rows
 * @param allowedHosts hosts that may be called though they are not public
 * @param nodeId which of them this is
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

  /** Between two words of the demo model: a pace that can be seen. */
  private static final Duration DEMO_WORD_INTERVAL = Duration.ofMillis(15);

  /**
   * A batch of rows on a slow disk, or a lock that another node holds while it asks elsewhere; and
   * no longer: a database that has gone is asked again.
   */
  private static final Duration BACKGROUND_TIMEOUT = Duration.ofSeconds(30);

  static Infrastructure of(Settings settings, Database database) {
    Jdbi jdbi = jdbi(database.withTimeout(settings.values().seconds(Setting.DATABASE_SECONDS)));
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

  /** What Redis keeps; nothing where there is none. */
  RedisMirror redisMirror() {
    return redis.<RedisMirror>map(wire -> wire).orElse(RedisMirror.NONE);
  }

  private static Jdbi jdbi(ConnectionFactory connections) {
    Jdbi jdbi = Jdbi.create(connections);
    jdbi.registerArrayType(String.class, "text");
    // What was bound to a statement does not belong into a log: hashes, names, sealed credentials.
    jdbi.configure(
        StatementExceptions.class,
        config -> config.setMessageRendering(StatementExceptions.MessageRendering.NONE));
    return jdbi;
  }
}
