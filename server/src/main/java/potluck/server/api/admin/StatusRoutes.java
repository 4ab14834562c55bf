package potluck.server.api.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Standing;
import potluck.gateway.account.StandingHistory;
import potluck.gateway.account.StandingReason;
import potluck.gateway.meter.ModelGroups;
import potluck.gateway.pool.Pool;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/**
 * {@code /api/status}: whether the shared accounts serve, for everybody. No names of people or
 * accounts, and no counts. The answer is kept for five seconds and the history for five minutes, so
 * that a flood of requests costs nothing.
 */
final class StatusRoutes {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final Duration HISTORY_FRESH = Duration.ofMinutes(5);
  private static final int DAYS = 90;
  private static final int MAX_EVENTS = 20;

  /** Shorter gaps are not worth a line. */
  private static final Duration MIN_EVENT = Duration.ofMinutes(1);

  private final Pool pool;
  private final ModelGroups groups;
  private final StandingHistory history;
  private final String version;
  private final Instant startedAt;
  private final InstantSource clock;
  private @Nullable Status lastStatus;
  private Instant statusAt = Instant.EPOCH;
  private Past past = new Past(Map.of(), List.of());
  private Instant pastAt = Instant.EPOCH;

  StatusRoutes(
      Pool pool, ModelGroups groups, StandingHistory history, String version, InstantSource clock) {
    this.pool = pool;
    this.groups = groups;
    this.history = history;
    this.version = version;
    this.startedAt = clock.instant();
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(new HttpRoute("GET", "/api/status", AccessPolicy.PUBLIC, this::status));
  }

  /**
   * A day.
   *
   * @param day such as 2026-11-30, in UTC
   * @param up part of the day in which an account was ready, 0 to 1; null if no account was on
   */
  record Day(String day, @Nullable Double up) {}

  /**
   * A group of models.
   *
   * @param standing ready, resting, spent or revoked: the best of its accounts
   * @param until when it is ready again; null if it is ready or that is unknown
   * @param days the last 90 days, oldest first
   */
  record Group(String name, String standing, @Nullable String until, List<Day> days) {}

  /** A time in which a group had no ready account; {@code to} is null while it lasts. */
  record Event(String group, @Nullable String from, @Nullable String to) {}

  record Status(
      @Nullable String asOf,
      List<Group> groups,
      List<Event> events,
      String version,
      @Nullable String startedAt) {}

  private record Past(Map<String, List<Day>> days, List<Event> events) {}

  private void status(Request request) {
    request.responseHeader("cache-control", "public, max-age=5");
    request.json(current());
  }

  private synchronized Status current() {
    Instant now = clock.instant();
    Status known = lastStatus;
    if (known == null || now.isAfter(statusAt.plus(FRESH))) {
      known = read(now);
      lastStatus = known;
      statusAt = now;
    }
    return known;
  }

  private Status read(Instant now) {
    List<Pool.State> shared =
        pool.states().stream()
            .filter(state -> state.account().shared() && state.account().enabled())
            .toList();
    SortedMap<String, List<Pool.State>> byGroup = new TreeMap<>();
    for (Pool.State state : shared) {
      for (String group : groupsOf(state)) {
        byGroup.computeIfAbsent(group, _ -> new ArrayList<>()).add(state);
      }
    }
    if (now.isAfter(pastAt.plus(HISTORY_FRESH))) {
      past = readPast(byGroup, now);
      pastAt = now;
    }
    return new Status(
        ApiJson.seconds(now),
        byGroup.entrySet().stream().map(entry -> show(entry.getKey(), entry.getValue())).toList(),
        past.events(),
        version,
        ApiJson.seconds(startedAt));
  }

  private Set<String> groupsOf(Pool.State state) {
    Set<String> names = new HashSet<>();
    for (String model : state.account().allModels()) {
      if (state.account().serves(model)) {
        names.add(groups.of(model));
      }
    }
    return names;
  }

  private Group show(String name, List<Pool.State> states) {
    Standing best =
        states.stream()
            .map(Pool.State::standing)
            .min(
                Comparator.comparing((Standing standing) -> !(standing instanceof Standing.Ready))
                    .thenComparing(standing -> StandingReason.until(standing).orElse(Instant.MAX)))
            .orElse(Standing.ready());
    return new Group(
        name,
        best.label(),
        ApiJson.seconds(StandingReason.until(best).orElse(null)),
        past.days().getOrDefault(name, List.of()));
  }

  /** The accounts of today count for the past, too: what an account served then is not kept. */
  private Past readPast(Map<String, List<Pool.State>> byGroup, Instant now) {
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    Instant from = today.minusDays(DAYS - 1).atStartOfDay(ZoneOffset.UTC).toInstant();
    Map<String, StandingHistory.Strip> strips = new HashMap<>();
    history.strips(from, now).forEach(strip -> strips.put(strip.account(), strip));
    Map<String, List<Day>> days = new HashMap<>();
    List<Event> events = new ArrayList<>();
    byGroup.forEach(
        (group, states) -> {
          List<StandingHistory.Strip> own =
              states.stream()
                  .map(state -> strips.get(state.account().id().hex()))
                  .filter(Objects::nonNull)
                  .toList();
          List<StandingGaps.Gap> gaps = StandingGaps.of(own);
          days.put(group, days(own, gaps, today, now));
          gaps.stream()
              .filter(gap -> Duration.between(gap.from(), gap.to()).compareTo(MIN_EVENT) >= 0)
              .forEach(
                  gap ->
                      events.add(
                          new Event(
                              group,
                              ApiJson.seconds(gap.from()),
                              gap.to().equals(now) ? null : ApiJson.seconds(gap.to()))));
        });
    events.sort(Comparator.comparing((Event event) -> String.valueOf(event.from())).reversed());
    return new Past(days, events.stream().limit(MAX_EVENTS).toList());
  }

  private static List<Day> days(
      List<StandingHistory.Strip> strips,
      List<StandingGaps.Gap> gaps,
      LocalDate today,
      Instant now) {
    List<Day> days = new ArrayList<>();
    for (int i = DAYS - 1; i >= 0; i--) {
      LocalDate day = today.minusDays(i);
      Instant start = day.atStartOfDay(ZoneOffset.UTC).toInstant();
      Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      StandingGaps.Gap whole = new StandingGaps.Gap(start, end.isAfter(now) ? now : end);
      double on =
          strips.stream()
              .flatMap(strip -> strip.spans().stream())
              .filter(span -> !span.standing().equals("off"))
              .mapToDouble(span -> overlap(whole, span.from(), span.to()))
              .max()
              .orElse(0);
      double down = gaps.stream().mapToDouble(gap -> overlap(whole, gap.from(), gap.to())).sum();
      double length = Duration.between(whole.from(), whole.to()).toMillis();
      days.add(
          new Day(
              day.toString(),
              on == 0 || length <= 0 ? null : Math.round((1 - down / length) * 10_000) / 10_000.0));
    }
    return days;
  }

  /** Milliseconds that a time has in common with a day. */
  private static double overlap(StandingGaps.Gap day, Instant from, Instant to) {
    Instant start = from.isAfter(day.from()) ? from : day.from();
    Instant end = to.isBefore(day.to()) ? to : day.to();
    return Math.max(0, Duration.between(start, end).toMillis());
  }
}
