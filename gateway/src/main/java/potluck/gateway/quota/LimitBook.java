package potluck.gateway.quota;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import potluck.gateway.store.Changes;
import potluck.gateway.store.Changes.What;

/**
 * The limits of keys, users and teams, and who is in which team, held in memory, and what of them
 * is used by the posted rows. Safe for use by many threads.
 */
public final class LimitBook {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;
  private final Changes changes;
  private final Map<Whose, Limits> known = new ConcurrentHashMap<>();
  private final Map<Long, Long> teams = new ConcurrentHashMap<>();

  /** What has limits. */
  public enum Scope {
    KEY,
    USER,
    TEAM
  }

  /** A key, a user or a team, by its id. */
  public record Whose(Scope scope, long id) {
    @Override
    public String toString() {
      return scope.name().toLowerCase(Locale.ROOT) + ":" + id;
    }

    static Whose parse(String text) {
      int colon = text.indexOf(':');
      return new Whose(
          Scope.valueOf(text.substring(0, colon).toUpperCase(Locale.ROOT)),
          Long.parseLong(text.substring(colon + 1)));
    }
  }

  public LimitBook(Jdbi jdbi, Changes changes) {
    this.jdbi = jdbi;
    this.changes = changes;
  }

  /** Remembers all limits; there are as many as keys that have some. */
  void load() {
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT scope, id, limits FROM limits")
                .map(
                    (rs, _) ->
                        Map.entry(
                            new Whose(
                                Scope.valueOf(rs.getString(1).toUpperCase(Locale.ROOT)),
                                rs.getLong(2)),
                            parse(rs.getString(3))))
                .forEach(entry -> known.put(entry.getKey(), entry.getValue())));
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT id, team_id FROM users WHERE team_id IS NOT NULL")
                .map((rs, _) -> Map.entry(rs.getLong(1), rs.getLong(2)))
                .forEach(entry -> teams.put(entry.getKey(), entry.getValue())));
  }

  /** The team whose limits hold for a user; empty where in none, or in one that has none. */
  Optional<Long> team(long user) {
    return Optional.ofNullable(teams.get(user))
        .filter(team -> known.containsKey(new Whose(Scope.TEAM, team)));
  }

  private void refreshMembers(long team) {
    List<Long> members =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT id FROM users WHERE team_id = :team")
                    .bind("team", team)
                    .mapTo(Long.class)
                    .list());
    teams
        .entrySet()
        .removeIf(entry -> entry.getValue() == team && !members.contains(entry.getKey()));
    members.forEach(user -> teams.put(user, team));
  }

  /** All that have limits. */
  List<Whose> all() {
    return List.copyOf(known.keySet());
  }

  public Limits of(Whose whose) {
    return known.getOrDefault(whose, Limits.NONE);
  }

  /** Sets limits; {@link Limits#NONE} takes them away. Every node knows within a second or two. */
  public void set(Whose whose, Limits limits) {
    jdbi.useTransaction(handle -> set(handle, whose, limits));
    changes.announce(What.LIMITS, whose.toString());
  }

  /** The same within a transaction; other nodes hear of it when that is over. */
  public static void set(Handle handle, Whose whose, Limits limits) {
    String scope = whose.scope().name().toLowerCase(Locale.ROOT);
    handle.execute("DELETE FROM limits WHERE scope = ? AND id = ?", scope, whose.id());
    if (!limits.isEmpty()) {
      handle.execute(
          "INSERT INTO limits (scope, id, limits) VALUES (?, ?, ?::jsonb)",
          scope,
          whose.id(),
          write(limits));
    }
    Changes.record(handle, What.LIMITS, whose.toString());
  }

  /** Reads the limits of one again, and says what they are now. */
  synchronized Limits refresh(Whose whose) {
    if (whose.scope() == Scope.TEAM) {
      refreshMembers(whose.id());
    }
    Limits now =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT limits FROM limits WHERE scope = :scope AND id = :id")
                    .bind("scope", whose.scope().name().toLowerCase(Locale.ROOT))
                    .bind("id", whose.id())
                    .mapTo(String.class)
                    .findOne()
                    .map(LimitBook::parse)
                    .orElse(Limits.NONE));
    if (now.isEmpty()) {
      known.remove(whose);
    } else {
      known.put(whose, now);
    }
    return now;
  }

  /** The bounds that limits mean, with what the posted rows say is used. */
  List<Bound> bounds(Whose whose, Instant now) {
    Limits limits = of(whose);
    List<Bound> bounds = new ArrayList<>();
    for (Budget budget : limits.budgets()) {
      bounds.add(new Gauge(budget, used(whose, budget, now), now));
    }
    if (limits.concurrency() > 0) {
      bounds.add(new Crowd(limits.concurrency()));
    }
    return bounds;
  }

  /** What the posted rows say is used of a budget, in its unit. */
  long used(Whose whose, Budget budget, Instant now) {
    String what =
        switch (budget.unit()) {
          case REQUESTS -> "count(*)";
          case TOKENS -> "sum(input_tokens + output_tokens)";
          case USD -> "sum(cost_micros)";
        };
    String rows =
        switch (whose.scope()) {
          case KEY -> "key_id = :id";
          case USER -> "user_id = :id";
          case TEAM -> "user_id IN (SELECT id FROM users WHERE team_id = :id)";
        };
    String before =
        switch (budget.unit()) {
          case REQUESTS -> "requests";
          case TOKENS -> "tokens";
          case USD -> "cost";
        };
    String deleted =
        budget.window() == Budget.Window.TOTAL
            ? " + (SELECT coalesce(sum(" + before + "), 0) FROM usage_before WHERE " + rows + ")"
            : "";
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "SELECT ((SELECT coalesce("
                        + what
                        + ", 0) FROM usage WHERE "
                        + rows
                        + " AND created_at >= :from)"
                        + deleted
                        + ")::bigint")
                .bind("id", whose.id())
                .bind("from", Timestamp.from(budget.window().start(now)))
                .mapTo(Long.class)
                .one());
  }

  private static Limits parse(String json) {
    try {
      return Limits.of(JSON.readValue(json, new TypeReference<Map<String, Object>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("limits in the database are no JSON object", e);
    }
  }

  private static String write(Limits limits) {
    try {
      return JSON.writeValueAsString(limits.shown());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
