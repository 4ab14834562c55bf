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
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.LimitStore.Scope;

/**
 * What nodes tell each other of limits: how many requests are under way, and what was used of those
 * a minute; of longer ones the rows tell. A team goes by its id with a minus sign. Safe for use by
 * many threads.
 */
public final class PeerUsage {
  private final Map<Long, UserAllowance> users;
  private final Map<Long, UserAllowance> teams;
  private final LimitStore limits;
  private final InstantSource clock;
  private final Map<String, NodeUsage> drainUnsent = new ConcurrentHashMap<>();
  private final Set<ActiveOwner> active = ConcurrentHashMap.newKeySet();
  private volatile boolean enabled;

  /** Somebody who has asked here lately. */
  private record ActiveOwner(long user, long key) {}

  PeerUsage(
      Map<Long, UserAllowance> users,
      Map<Long, UserAllowance> teams,
      LimitStore limits,
      InstantSource clock) {
    this.users = users;
    this.teams = teams;
    this.limits = limits;
    this.clock = clock;
  }

  /** Whose limits a number and a key mean: a team, a user, or one of the user's keys. */
  static LimitOwner owner(long user, long key) {
    return key != 0
        ? new LimitOwner(Scope.KEY, key)
        : user < 0 ? new LimitOwner(Scope.TEAM, -user) : new LimitOwner(Scope.USER, user);
  }

  /** There are other nodes: from now on it is noted what is used. */
  public void enable() {
    enabled = true;
  }

  void recordRequest(long user, long key) {
    recordUnsent(user, key, 1, ActualUsage.NONE);
    if (enabled) {
      active.add(new ActiveOwner(user, key));
    }
  }

  void recordUsage(long user, long key, ActualUsage spent) {
    recordUnsent(user, key, 0, spent);
  }

  private void recordUnsent(long user, long key, long requests, ActualUsage spent) {
    boolean limited =
        enabled
            && (!limits.of(owner(user, 0)).isEmpty()
                || (key != 0 && !limits.of(owner(user, key)).isEmpty()));
    if (limited) {
      drainUnsent.merge(
          user + "/" + key,
          new NodeUsage(user, key, requests, spent.tokens(), spent.costMicros()),
          NodeUsage::plus);
    }
  }

  /** What was used here since this was last asked, of those that have limits. */
  public List<NodeUsage> drainUnsent() {
    List<NodeUsage> used = new ArrayList<>();
    for (String who : List.copyOf(drainUnsent.keySet())) {
      @Nullable NodeUsage one = drainUnsent.remove(who);
      if (one != null) {
        used.add(one);
      }
    }
    return used;
  }

  /** Requests under way here, by user and key, of those that may have only so many. */
  public Map<String, Integer> runningByUserAndKey() {
    Map<String, Integer> crowds = new HashMap<>();
    each(
        (user, purse) ->
            purse.runningByKey().forEach((key, running) -> crowds.put(user + "/" + key, running)));
    return crowds;
  }

  /** Another node has used some. */
  public void receive(NodeUsage used) {
    @Nullable UserAllowance purse = findAllowance(used.user());
    if (purse != null) {
      purse.applyRemote(used, clock.instant());
    }
  }

  /**
   * What other nodes have under way.
   *
   * @param crowds by user and key, as {@link #runningByUserAndKey} has them
   * @param nodes that share what is allowed, where they cannot hear each other; else 1
   */
  public void receive(Map<String, Integer> crowds, int nodes) {
    each(
        (user, purse) -> purse.applyRemote(key -> crowds.getOrDefault(user + "/" + key, 0), nodes));
  }

  /**
   * What all nodes have used of budgets stands in the rows, a little later. Only those are looked
   * up who have asked here since the last time.
   */
  void reconcileWithPosted() {
    Set<ActiveOwner> all = new HashSet<>();
    for (ActiveOwner asker : List.copyOf(active)) {
      active.remove(asker);
      all.add(asker);
      all.add(new ActiveOwner(asker.user(), 0));
    }
    all.forEach(this::reconcileWithPosted);
  }

  private void reconcileWithPosted(ActiveOwner asker) {
    @Nullable UserAllowance purse = findAllowance(asker.user());
    if (purse == null) {
      return;
    }
    for (Budget budget : purse.postedBudgets(asker.key())) {
      Instant now = clock.instant();
      long posted = limits.postedUsage(owner(asker.user(), asker.key()), budget, now);
      purse.raiseTo(asker.key(), budget, posted, now);
    }
  }

  private @Nullable UserAllowance findAllowance(long user) {
    return user < 0 ? teams.get(-user) : users.get(user);
  }

  private void each(BiConsumer<Long, UserAllowance> work) {
    users.forEach(work);
    teams.forEach((team, purse) -> work.accept(-team, purse));
  }
}
