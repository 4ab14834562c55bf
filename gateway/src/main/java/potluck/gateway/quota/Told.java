package potluck.gateway.quota;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import potluck.gateway.quota.LimitBook.Scope;
import potluck.gateway.quota.LimitBook.Whose;

/**
 * What nodes tell each other of limits: how many requests are under way, and what was used of those
 * a minute; of longer ones the rows tell. A team goes by its id with a minus sign. Safe for use by
 * many threads.
 */
public final class Told {
  private final Map<Long, Purse> users;
  private final Map<Long, Purse> teams;
  private final LimitBook limits;
  private final InstantSource clock;
  private final Map<String, Elsewhere> untold = new ConcurrentHashMap<>();
  private final Set<Asker> active = ConcurrentHashMap.newKeySet();
  private volatile boolean begun;

  /** Somebody who has asked here lately. */
  private record Asker(long user, long key) {}

  Told(Map<Long, Purse> users, Map<Long, Purse> teams, LimitBook limits, InstantSource clock) {
    this.users = users;
    this.teams = teams;
    this.limits = limits;
    this.clock = clock;
  }

  /** Whose limits a number and a key mean: a team, a user, or one of the user's keys. */
  static Whose whose(long user, long key) {
    return key != 0
        ? new Whose(Scope.KEY, key)
        : user < 0 ? new Whose(Scope.TEAM, -user) : new Whose(Scope.USER, user);
  }

  /** There are other nodes: from now on it is noted what is used. */
  public void begin() {
    begun = true;
  }

  void asked(long user, long key) {
    note(user, key, 1, Spent.NOTHING);
    if (begun) {
      active.add(new Asker(user, key));
    }
  }

  void spent(long user, long key, Spent spent) {
    note(user, key, 0, spent);
  }

  private void note(long user, long key, long requests, Spent spent) {
    boolean limited =
        begun
            && (!limits.of(whose(user, 0)).isEmpty()
                || (key != 0 && !limits.of(whose(user, key)).isEmpty()));
    if (limited) {
      untold.merge(
          user + "/" + key,
          new Elsewhere(user, key, requests, spent.tokens(), spent.costMicros()),
          Elsewhere::and);
    }
  }

  /** What was used here since this was last asked, of those that have limits. */
  public List<Elsewhere> untold() {
    List<Elsewhere> used = new ArrayList<>();
    for (String who : List.copyOf(untold.keySet())) {
      @Nullable Elsewhere one = untold.remove(who);
      if (one != null) {
        used.add(one);
      }
    }
    return used;
  }

  /** Requests under way here, by user and key, of those that may have only so many. */
  public Map<String, Integer> crowds() {
    Map<String, Integer> crowds = new HashMap<>();
    each(
        (user, purse) ->
            purse.crowds().forEach((key, running) -> crowds.put(user + "/" + key, running)));
    return crowds;
  }

  /** Another node has used some. */
  public void hear(Elsewhere used) {
    @Nullable Purse purse = purse(used.user());
    if (purse != null) {
      purse.elsewhere(used, clock.instant());
    }
  }

  /**
   * What other nodes have under way.
   *
   * @param crowds by user and key, as {@link #crowds} has them
   * @param nodes that share what is allowed, where they cannot hear each other; else 1
   */
  public void hear(Map<String, Integer> crowds, int nodes) {
    each((user, purse) -> purse.elsewhere(key -> crowds.getOrDefault(user + "/" + key, 0), nodes));
  }

  /**
   * What all nodes have used of budgets stands in the rows, a little later. Only those are looked
   * up who have asked here since the last time.
   */
  void recount() {
    Set<Asker> all = new HashSet<>();
    for (Asker asker : List.copyOf(active)) {
      active.remove(asker);
      all.add(asker);
      all.add(new Asker(asker.user(), 0));
    }
    all.forEach(this::recount);
  }

  private void recount(Asker asker) {
    @Nullable Purse purse = purse(asker.user());
    if (purse == null) {
      return;
    }
    for (Budget budget : purse.budgets(asker.key())) {
      Instant now = clock.instant();
      long posted = limits.used(whose(asker.user(), asker.key()), budget, now);
      purse.atLeast(asker.key(), budget, posted, now);
    }
  }

  private @Nullable Purse purse(long user) {
    return user < 0 ? teams.get(-user) : users.get(user);
  }

  private void each(BiConsumer<Long, Purse> work) {
    users.forEach(work);
    teams.forEach((team, purse) -> work.accept(-team, purse));
  }
}
