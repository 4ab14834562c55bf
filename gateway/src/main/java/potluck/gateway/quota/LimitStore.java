package potluck.gateway.quota;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
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
 * The limits of keys, users and teams, and the members of teams, in memory; and queries of what the
 * posted rows say is used of them. Thread-safe.
 */
public final class LimitStore {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Jdbi jdbi;
  private final ChangeFeed changes;
  private final Map<LimitOwner, UsageLimits> limitsByOwner = new ConcurrentHashMap<>();
  private final Map<Long, Long> teams = new ConcurrentHashMap<>();

  /** Kinds of limit owners. */
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

  /** Loads all limits and team members. */
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

  /**
   * The team whose limits apply to a user; empty if the user is in no team, or in one without
   * limits.
   */
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

  /** All owners of limits. */
  List<LimitOwner> all() {
    return List.copyOf(limitsByOwner.keySet());
  }

  public UsageLimits of(LimitOwner owner) {
    return limitsByOwner.getOrDefault(owner, UsageLimits.NONE);
  }

  /**
   * Sets limits; {@link UsageLimits#NONE} removes them. They apply on every node within two
   * seconds.
   */
  public void set(LimitOwner owner, UsageLimits limits) {
    changes.useTransaction(Topic.LIMITS, owner.toString(), handle -> write(handle, owner, limits));
  }

  /** Sets limits inside the caller's transaction, and records the change. */
  public static void set(Handle handle, LimitOwner owner, UsageLimits limits) {
    write(handle, owner, limits);
    ChangeFeed.record(handle, Topic.LIMITS, owner.toString());
  }

  private static void write(Handle handle, LimitOwner owner, UsageLimits limits) {
    String scope = owner.scope().name().toLowerCase(Locale.ROOT);
    handle.execute("DELETE FROM limits WHERE scope = ? AND id = ?", scope, owner.id());
    if (!limits.isEmpty()) {
      handle.execute(
          "INSERT INTO limits (scope, id, limits) VALUES (?, ?, ?::jsonb)",
          scope,
          owner.id(),
          toJson(limits));
    }
  }

  /** Reads the limits of one owner again and returns them. */
  synchronized UsageLimits refresh(LimitOwner owner) {
    if (owner.scope() == Scope.TEAM) {
      refreshMembers(owner.id());
    }
    UsageLimits now =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT limits FROM limits WHERE scope = :scope AND id = :id")
                    .bind("scope", owner.scope().name().toLowerCase(Locale.ROOT))
                    .bind("id", owner.id())
                    .mapTo(String.class)
                    .findOne()
                    .map(LimitStore::parse)
                    .orElse(UsageLimits.NONE));
    if (now.isEmpty()) {
      limitsByOwner.remove(owner);
    } else {
      limitsByOwner.put(owner, now);
    }
    return now;
  }

  /** Creates the checks of an owner's limits, with the use of the posted rows. */
  LimitChecks createChecks(LimitOwner owner, Instant now) {
    UsageLimits limits = of(owner);
    List<BudgetCounter> budgets = new ArrayList<>();
    for (Budget budget : limits.budgets()) {
      budgets.add(new BudgetCounter(budget, postedUsage(owner, budget, now), now));
    }
    return new LimitChecks(
        budgets, limits.concurrency() > 0 ? new ConcurrencyLimit(limits.concurrency()) : null);
  }

  /** What the posted rows say is used of a budget, in its unit. */
  long postedUsage(LimitOwner owner, Budget budget, Instant now) {
    String sum =
        switch (budget.unit()) {
          case REQUESTS -> "count(*)";
          case TOKENS -> "sum(input_tokens + output_tokens)";
          case USD -> "sum(cost_micros)";
        };
    String rows =
        switch (owner.scope()) {
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
                        + sum
                        + ", 0) FROM usage WHERE "
                        + rows
                        + " AND created_at >= :from)"
                        + deleted
                        + ")::bigint")
                .bind("id", owner.id())
                .bind("from", budget.window().start(now))
                .mapTo(Long.class)
                .one());
  }

  private static UsageLimits parse(String json) {
    try {
      return UsageLimits.parse(JSON.readValue(json, new TypeReference<Map<String, Object>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("limits in the database are not a JSON object", e);
    }
  }

  private static String toJson(UsageLimits limits) {
    try {
      return JSON.writeValueAsString(limits.toMap());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
