package potluck.gateway.relay;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Jdbi;
import potluck.dialect.model.Failure;
import potluck.gateway.background.Periodic;
import potluck.gateway.meter.Reading;

/**
 * Counts refused requests by kind and hour, for all nodes together: a refusal before the admission
 * has no usage row. Counts are saved once a minute; those of the last minute are lost if the
 * process is killed. Thread-safe.
 */
public final class RefusalCounts implements Observer, AutoCloseable {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration KEPT = Duration.ofDays(91);

  private final Jdbi jdbi;
  private final InstantSource clock;
  private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();
  private final Periodic saver = new Periodic("refusals", PERIOD, this::save);

  /** What is counted together. */
  private record Kind(Instant hour, String kind, String whose) {}

  public RefusalCounts(Jdbi jdbi, InstantSource clock) {
    this.jdbi = jdbi;
    this.clock = clock;
  }

  public void start() {
    saver.start();
  }

  @Override
  public void attempted(String provider, String outcome) {}

  @Override
  public void lost(String from, String to, List<String> names) {}

  @Override
  public void finished(String dialect, String model, boolean stream, Reading reading) {}

  @Override
  public void refused(Call call, Failure failure) {
    Instant hour = clock.instant().truncatedTo(ChronoUnit.HOURS);
    String kind = failure.kind().name().toLowerCase(Locale.ROOT);
    counts.computeIfAbsent(new Kind(hour, kind, whose(failure)), _ -> new LongAdder()).increment();
  }

  /** Who could have avoided it: caller, pool or provider. */
  private static String whose(Failure failure) {
    return switch (failure.kind()) {
      case UPSTREAM, UPSTREAM_TIMEOUT, OVERLOADED -> "provider";
      case RATE_LIMITED, QUOTA_EXHAUSTED -> failure.upstreamStatus() == 0 ? "pool" : "provider";
      case UNAVAILABLE, INTERNAL -> "pool";
      default -> "caller";
    };
  }

  /** Saves what was counted since the last call. */
  public synchronized void save() {
    Instant old = clock.instant().minus(Duration.ofHours(2));
    counts.entrySet().removeIf(each -> each.getKey().hour().isBefore(old) && isZero(each));
    for (Map.Entry<Kind, LongAdder> each : counts.entrySet()) {
      Kind kind = each.getKey();
      long count = each.getValue().sumThenReset();
      if (count == 0) {
        continue;
      }
      try {
        jdbi.useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO refusals (hour, kind, whose, requests) VALUES (?, ?, ?, ?)
                    ON CONFLICT (hour, kind, whose)
                    DO UPDATE SET requests = refusals.requests + excluded.requests
                    """,
                    kind.hour(),
                    kind.kind(),
                    kind.whose(),
                    count));
      } catch (RuntimeException e) {
        each.getValue().add(count);
        throw e;
      }
    }
  }

  private static boolean isZero(Map.Entry<Kind, LongAdder> each) {
    return each.getValue().sum() == 0;
  }

  /**
   * Refused requests of one kind.
   *
   * @param kind such as rate_limited
   * @param whose caller, pool or provider
   */
  public record Count(String kind, long count, String whose) {}

  /** The refusals of all nodes since a time, to the full hour, most first. */
  public List<Count> since(Instant from) {
    save();
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT kind, whose, sum(requests) AS requests FROM refusals
                    WHERE hour >= :from GROUP BY kind, whose ORDER BY 3 DESC, kind, whose
                    """)
                .bind("from", from.truncatedTo(ChronoUnit.HOURS))
                .map((rs, _) -> new Count(rs.getString(1), rs.getLong(3), rs.getString(2)))
                .list());
  }

  /** Deletes counts that are too old. */
  public void sweep(Instant now) {
    jdbi.useHandle(
        handle -> handle.execute("DELETE FROM refusals WHERE hour < ?", now.minus(KEPT)));
  }

  @Override
  public void close() {
    saver.close();
    save();
  }
}
