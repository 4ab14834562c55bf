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
import potluck.gateway.store.ChangeFeed;
import potluck.gateway.store.ChangeFeed.Topic;

/**
 * The limits of keys, users and teams, and who is in which team, held in memory, and what of them
 * is used by the posted rows. Safe for use by many threads.
 */
public final class LimitStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final Map<LimitOwner, UsageLimits> limitsByOwner = new ConcurrentHashMap<>();
  private final Map<Long, Long> teams = new ConcurrentHashMap<>();

  /** What has limits. */
  public enum Scope {
    KEY,
    USER,
    TEAM
  }

  /** A key, a user or a team, by its id. */
  public record LimitOwner(Scope scope, long id) {
    @Override
    public String toString() {
      return scope.name().toLowerCase(Locale.ROOT) + ":" + id;
    }

    static LimitOwner parse(String text) {
      int colon = text.indexOf(':');
      return new LimitOwner(
          Scope.valueOf(text.substring(0, colon).toUpperCase(Locale.ROOT)),
          Long.parseLong(text.substring(colon + 1)));
    }
  }

  public LimitStore(Jdbi jdbi, ChangeFeed changes) {
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
                            new LimitOwner(
                                Scope.valueOf(rs.getString(1).toUpperCase(Locale.ROOT)),
                                rs.getLong(2)),
                            parse(rs.getString(3))))
                .forEach(entry -> limitsByOwner.put(entry.getKey(), entry.getValue())));
    jdbi.useHandle(
        handle ->
            handle
                .createQuery("SELECT id, team_id FROM users WHERE team_id IS NOT NULL")
                .map((rs, _) -> Map.entry(rs.getLong(1), rs.getLong(2)))
                .forEach(entry -> teams.put(entry.getKey(), entry.getValue())));
  }

  /** The team whose limits hold for a user; empty where in none, or in one that has none. */
  Optional<Long> findTeam(long user) {
    return Optional.ofNullable(teams.get(user))
        .filter(team -> limitsByOwner.containsKey(new LimitOwner(Scope.TEAM, team)));
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
  List<LimitOwner> all() {
    return List.copyOf(limitsByOwner.keySet());
  }

  public UsageLimits of(LimitOwner whose) {
    return limitsByOwner.getOrDefault(whose, UsageLimits.NONE);
  }

  /**
   * Sets limits; {@link UsageLimits#NONE} takes them away. Every node knows within a second or two.
   */
  public void set(LimitOwner whose, UsageLimits limits) {
    jdbi.useTransaction(handle -> set(handle, whose, limits));
    changes.announce(Topic.LIMITS, whose.toString());
  }

  /** The same within a transaction; other nodes hear of it when that is over. */
  public static void set(Handle handle, LimitOwner whose, UsageLimits limits) {
    String scope = whose.scope().name().toLowerCase(Locale.ROOT);
    handle.execute("DELETE FROM limits WHERE scope = ? AND id = ?", scope, whose.id());
    if (!limits.isEmpty()) {
      handle.execute(
          "INSERT INTO limits (scope, id, limits) VALUES (?, ?, ?::jsonb)",
          scope,
          whose.id(),
          write(limits));
    }
    ChangeFeed.record(handle, Topic.LIMITS, whose.toString());
  }

  /** Reads the limits of one again, and says what they are now. */
  synchronized UsageLimits refresh(LimitOwner whose) {
    if (whose.scope() == Scope.TEAM) {
      refreshMembers(whose.id());
    }
    UsageLimits now =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT limits FROM limits WHERE scope = :scope AND id = :id")
                    .bind("scope", whose.scope().name().toLowerCase(Locale.ROOT))
                    .bind("id", whose.id())
                    .mapTo(String.class)
                    .findOne()
                    .map(LimitStore::parse)
                    .orElse(UsageLimits.NONE));
    if (now.isEmpty()) {
      limitsByOwner.remove(whose);
    } else {
      limitsByOwner.put(whose, now);
    }
    return now;
  }

  /** The bounds that limits mean, with what the posted rows say is used. */
  List<AllowanceCheck> createChecks(LimitOwner whose, Instant now) {
    UsageLimits limits = of(whose);
    List<AllowanceCheck> bounds = new ArrayList<>();
    for (Budget budget : limits.budgets()) {
      bounds.add(new BudgetCounter(budget, postedUsage(whose, budget, now), now));
    }
    if (limits.concurrency() > 0) {
      bounds.add(new ConcurrencyLimit(limits.concurrency()));
    }
    return bounds;
  }

  /** What the posted rows say is used of a budget, in its unit. */
  long postedUsage(LimitOwner whose, Budget budget, Instant now) {
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

  private static UsageLimits parse(String json) {
    try {
      return UsageLimits.parse(JSON.readValue(json, new TypeReference<Map<String, Object>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("limits in the database are no JSON object", e);
    }
  }

  private static String write(UsageLimits limits) {
    try {
      return JSON.writeValueAsString(limits.toMap());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
