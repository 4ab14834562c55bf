package potluck.gateway.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Account;
import potluck.gateway.decision.DecisionRecorder;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.route.ModelRoute;

/**
 * Chooses one of several accounts: first by the caller's preference for own or shared accounts,
 * then by priority, then by score, and among equal scores by weighted turns. One decision, made
 * under the pool's lock; it keeps no state between decisions.
 */
public final class Choice {
  /** Smaller differences in score are ignored; then turns decide. */
  private static final double SCORE_STEP = 0.25;

  private static final double ERROR_WEIGHT = 2;

  /** Minimum bonus of a warm account, however short its cache is. */
  private static final double MIN_WARMTH = 0.3;

  private static final double WARM_TOKENS = 50_000;
  private static final double MAX_WARMTH = 1.2;

  /** Number of running requests that count as full load if the account has no limit. */
  private static final double DEFAULT_CONCURRENCY = 16;

  private final LeaseRequest request;
  private final ModelRoute.Leg leg;
  private final long now;
  private final Affinity.@Nullable WarmAccounts warm;
  private final long cacheLifeMs;
  private final double meanWeight;
  private int considered;
  private int usable;

  /**
   * The terms of a score; lower is better. Each is 0 to 1, except {@code warmth}, {@code score} and
   * {@code turn}.
   */
  public record Terms(
      double load,
      double window,
      double errors,
      double slowness,
      double warmth,
      double score,
      double turn) {}

  Choice(
      LeaseRequest request,
      ModelRoute.Leg leg,
      long now,
      Affinity.@Nullable WarmAccounts warm,
      long cacheLifeMs,
      double meanWeight) {
    this.request = request;
    this.leg = leg;
    this.now = now;
    this.warm = warm;
    this.cacheLifeMs = cacheLifeMs;
    this.meanWeight = meanWeight;
  }

  @Nullable Slot best(List<Slot> slots) {
    return best(slots, null);
  }

  /**
   * @param recorder records each account that is considered; null if nobody will ask
   */
  @Nullable Slot best(List<Slot> slots, @Nullable DecisionRecorder recorder) {
    Slot best = null;
    int bestStep = 0;
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      considered++;
      Obstacle obstacle = slot.obstacle(request, leg.dialect(), now);
      if (obstacle != null) {
        if (recorder != null) {
          recordUnusable(recorder, slot, obstacle);
        }
        continue;
      }
      usable++;
      int step = recorder == null ? step(score(slot)) : recordUsable(recorder, slot);
      if (best == null || compareSteps(slot, step, best, bestStep) < 0) {
        best = slot;
        bestStep = step;
      }
    }
    if (best != null && recorder != null && recorder.replaceLastFor(best.account().id())) {
      recordUsable(recorder, best);
    }
    return best;
  }

  private void recordUnusable(DecisionRecorder recorder, Slot slot, Obstacle obstacle) {
    if (obstacle == Obstacle.FOREIGN) {
      recorder.leaveOut();
      return;
    }
    Account account = slot.account();
    long until =
        switch (obstacle) {
          case SPENT, RESTING -> slot.usableAt();
          case WINDOW -> slot.headroom().resetMs();
          default -> 0;
        };
    recorder.addUnusable(
        account.id(),
        obstacle,
        tier(slot) == 0,
        account.priority(),
        slot.running(),
        account.maxConcurrency(),
        until);
  }

  /** Records an account that could serve; returns its score in steps. */
  private int recordUsable(DecisionRecorder recorder, Slot slot) {
    Account account = slot.account();
    double load = load(slot);
    double window = slot.headroom().pressure(now);
    double errors = slot.health().errorRate(now);
    double slowness = slot.health().slowness(now);
    double warmth = warmth(slot);
    int step = step(score(load, window, errors, slowness, warmth));
    recorder.addUsable(
        account.id(),
        tier(slot) == 0,
        account.priority(),
        step,
        slot.running(),
        account.maxConcurrency(),
        load,
        window,
        errors,
        slowness,
        warmth);
    return step;
  }

  /** The warm account if it could serve once one of its running requests ends; else null. */
  @Nullable Slot warmButBusy(List<Slot> slots) {
    if (warm == null) {
      return null;
    }
    for (Slot slot : slots) {
      if (warm.cachedTokens(slot.account().id(), now, cacheLifeMs) > 0) {
        Obstacle obstacle = slot.obstacle(request, leg.dialect(), now);
        return obstacle != null && obstacle.endsWithARequest() ? slot : null;
      }
    }
    return null;
  }

  @Nullable Obstacle obstacle(Slot slot) {
    return slot.obstacle(request, leg.dialect(), now);
  }

  /** Negative if the first is preferred. */
  int compare(Slot first, Slot second) {
    return compareSteps(first, step(score(first)), second, step(score(second)));
  }

  private int compareSteps(Slot first, int firstStep, Slot second, int secondStep) {
    int tiers = tier(first) - tier(second);
    if (tiers != 0) {
      return tiers;
    }
    int priorities = Integer.compare(second.account().priority(), first.account().priority());
    if (priorities != 0) {
      return priorities;
    }
    return firstStep != secondStep
        ? Integer.compare(firstStep, secondStep)
        : Double.compare(first.turn(), second.turn());
  }

  /** 0 for the kind of account that the caller prefers, 1 for the other. */
  int tier(Slot slot) {
    boolean dedicated = slot.account().owner() == request.user() && !slot.account().shared();
    return dedicated == request.caller().user().preferShared() ? 1 : 0;
  }

  private static int step(double score) {
    return (int) Math.floor(score / SCORE_STEP);
  }

  private double score(Slot slot) {
    return score(
        load(slot),
        slot.headroom().pressure(now),
        slot.health().errorRate(now),
        slot.health().slowness(now),
        warmth(slot));
  }

  private static double score(
      double load, double window, double errors, double slowness, double warmth) {
    return load + window + ERROR_WEIGHT * errors + slowness - warmth;
  }

  Terms terms(Slot slot) {
    return new Terms(
        load(slot),
        slot.headroom().pressure(now),
        slot.health().errorRate(now),
        slot.health().slowness(now),
        warmth(slot),
        score(slot),
        slot.turn());
  }

  private double load(Slot slot) {
    int max = slot.account().maxConcurrency();
    double full = max > 0 ? max : DEFAULT_CONCURRENCY * slot.account().weight() / meanWeight;
    return slot.running() / full;
  }

  private double warmth(Slot slot) {
    if (warm == null) {
      return 0;
    }
    double tokens = warm.cachedTokens(slot.account().id(), now, cacheLifeMs);
    return tokens == 0 ? 0 : MIN_WARMTH + Math.min(MAX_WARMTH, tokens / WARM_TOKENS);
  }

  /** The reason for the choice, stored with the request: numbers only, no names. */
  String reason(Slot slot) {
    StringBuilder text = new StringBuilder(64);
    text.append(usable).append(" of ").append(considered).append(" usable");
    text.append(tier(slot) == 0 ? ", preferred" : ", not preferred");
    appendTerm(text, "load", load(slot));
    appendTerm(text, "window", slot.headroom().pressure(now));
    appendTerm(text, "errors", slot.health().errorRate(now));
    appendTerm(text, "slowness", slot.health().slowness(now));
    appendTerm(text, "warmth", warmth(slot));
    return text.toString();
  }

  /**
   * Appends two decimals with integer arithmetic, because a formatter would cost more than the
   * choice.
   */
  private static void appendTerm(StringBuilder text, String name, double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths > 0) {
      text.append(", ").append(name).append(' ').append(hundredths / 100).append('.');
      text.append(hundredths / 10 % 10).append(hundredths % 10);
    }
  }
}
