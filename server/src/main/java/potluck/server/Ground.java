package potluck.server;

import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementExceptions;
import potluck.gateway.demo.DemoModel;
import potluck.gateway.store.Changes;
import potluck.gateway.store.FastCopy;
import potluck.gateway.upstream.AllowedHosts;
import potluck.gateway.upstream.HttpUpstream;
import potluck.gateway.upstream.Upstream;
import potluck.server.database.Database;
import potluck.server.redis.Redis;
import potluck.server.settings.HouseSecrets;
import potluck.server.settings.Settings;

/**
 * What everything stands on: the database, what nodes tell each other, the way out, the time.
 *
 * @param jdbi for those who wait for an answer
 * @param steady for what must be written, and may take a while
 * @param patient for sums over all rows
 * @param allowed hosts that may be called though they are not public
 * @param node which of them this is
 */
record Ground(
    Settings settings,
    Database database,
    Jdbi jdbi,
    Jdbi steady,
    Jdbi patient,
    Changes changes,
    Optional<Redis> redis,
    AllowedHosts allowed,
    Upstream upstream,
    UUID node,
    InstantSource clock) {

  /** Between two words of the demo model: a pace that can be seen. */
  private static final Duration DEMO_PACE = Duration.ofMillis(15);

  /**
   * A batch of rows on a slow disk, or a lock that another node holds while it asks elsewhere; and
   * no longer: a database that has gone is asked again.
   */
  private static final Duration STEADY = Duration.ofSeconds(30);

  static Ground of(Settings settings, Database database) {
    Jdbi jdbi = jdbi(database.within(settings.databaseSilence()));
    AllowedHosts allowed =
        AllowedHosts.parse(
            settings.upstreams().allowedHosts()
                + settings
                    .plugin()
                    .service()
                    .map(service -> "," + PlugIn.host(service))
                    .orElse(""));
    return new Ground(
        settings,
        database,
        jdbi,
        jdbi(database.within(STEADY)),
        jdbi(database.patient()),
        new Changes(jdbi),
        settings.redis().map(Redis::new),
        allowed,
        new DemoModel(new HttpUpstream(allowed, settings.upstreams().proxy()), DEMO_PACE),
        new HouseSecrets(settings.home()).node(),
        Clock.systemUTC());
  }

  /** What Redis keeps; nothing where there is none. */
  FastCopy copied() {
    return redis.<FastCopy>map(wire -> wire).orElse(FastCopy.NONE);
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
