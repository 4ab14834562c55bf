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
 * Usage that nodes report to each other for limits: running requests, and use of budgets per
 * minute. Use of longer budgets is read from the posted rows. A team is identified by its negative
 * id, which is also its form in {@link NodeUsage}. Thread-safe.
 */
public final class PeerUsage {
  private final Map<Long, UserAllowance> users;
  private final Map<Long, UserAllowance> teams;
  private final LimitStore limits;
  private final InstantSource clock;
  private final Map<String, NodeUsage> unsent = new ConcurrentHashMap<>();
  private final Set<ActiveOwner> active = ConcurrentHashMap.newKeySet();
  private volatile boolean enabled;

  /** A user or team with a key that has sent a request here recently. */
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

  /** The limit owner of a user or team and a key. */
  static LimitOwner owner(long user, long key) {
    return key != 0
        ? new LimitOwner(Scope.KEY, key)
        : user < 0 ? new LimitOwner(Scope.TEAM, -user) : new LimitOwner(Scope.USER, user);
  }

  /** Starts recording usage, because there are other nodes. */
  public void enable() {
    enabled = true;
  }

  void recordRequest(long user, long key) {
    recordUnsent(user, key, 1, ActualUsage.NONE);
    if (enabled) {
      active.add(new ActiveOwner(user, key));
    }
  }

  void recordUsage(long user, long key, ActualUsage usage) {
    recordUnsent(user, key, 0, usage);
  }

  private void recordUnsent(long user, long key, long requests, ActualUsage usage) {
    boolean limited =
        enabled
            && (!limits.of(owner(user, 0)).isEmpty()
                || (key != 0 && !limits.of(owner(user, key)).isEmpty()));
    if (limited) {
      unsent.merge(
          user + "/" + key,
          new NodeUsage(user, key, requests, usage.tokens(), usage.costMicros()),
          NodeUsage::plus);
    }
  }

  /** Returns the usage since the last call, for owners with limits. */
  public List<NodeUsage> drainUnsent() {
    List<NodeUsage> used = new ArrayList<>();
    for (String key : List.copyOf(unsent.keySet())) {
      @Nullable NodeUsage one = unsent.remove(key);
      if (one != null) {
        used.add(one);
      }
    }
    return used;
  }

  /** Running requests on this node by user and key, for those with a concurrency limit. */
  public Map<String, Integer> runningByUserAndKey() {
    Map<String, Integer> running = new HashMap<>();
    each(
        (user, allowance) ->
            allowance.runningByKey().forEach((key, count) -> running.put(user + "/" + key, count)));
    return running;
  }

  /** Adds usage that another node reported. */
  public void receive(NodeUsage used) {
    @Nullable UserAllowance allowance = findAllowance(used.user());
    if (allowance != null) {
      allowance.applyRemote(used, clock.instant());
    }
  }

  /**
   * Sets the running requests of other nodes.
   *
   * @param running by user and key, as in {@link #runningByUserAndKey}
   * @param nodes number of nodes that split the limits because they cannot reach each other; else 1
   */
  public void receive(Map<String, Integer> running, int nodes) {
    each(
        (user, allowance) ->
            allowance.applyRemote(key -> running.getOrDefault(user + "/" + key, 0), nodes));
  }

  /**
   * Compares budgets with the posted rows, which contain the use of all nodes a little later. Only
   * reads those of owners who sent requests since the last call.
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
    @Nullable UserAllowance allowance = findAllowance(asker.user());
    if (allowance == null) {
      return;
    }
    for (Budget budget : allowance.postedBudgets(asker.key())) {
      Instant now = clock.instant();
      long posted = limits.postedUsage(owner(asker.user(), asker.key()), budget, now);
      allowance.raiseTo(asker.key(), budget, posted, now);
    }
  }

  private @Nullable UserAllowance findAllowance(long user) {
    return user < 0 ? teams.get(-user) : users.get(user);
  }

  private void each(BiConsumer<Long, UserAllowance> work) {
    users.forEach(work);
    teams.forEach((team, allowance) -> work.accept(-team, allowance));
  }
}
