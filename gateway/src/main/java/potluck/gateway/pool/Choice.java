package potluck.gateway.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.route.ModelRoute;

/**
 * Which of several accounts is used: first by the caller's preference for own or shared ones, then
 * by priority, then the one that is best to use now, and of those that are equally good, the one
 * whose turn it is by weight. One decision, under the pool's lock; nothing is remembered in it.
 */
public final class Choice {
  /** Differences in score that are smaller mean nothing: turns decide. */
  private static final double SCORE_STEP = 0.25;

  private static final double ERROR_WEIGHT = 2;

  /** A conversation stays where it is, even where the cache is too short to be worth anything. */
  private static final double MIN_WARMTH = 0.3;

  private static final double WARM_TOKENS = 50_000;
  private static final double MAX_WARMTH = 1.2;

  /** Where an account has no bound of its own, so many running requests are a full load. */
  private static final double DEFAULT_CONCURRENCY = 16;

  private final LeaseRequest request;
  private final ModelRoute.Leg leg;
  private final long now;
  private final Affinity.@Nullable WarmAccounts warm;
  private final long cacheLifeMs;
  private final double meanWeight;
  private int considered;
  private int usable;

  /** What a score is made of; the lower, the better. Each is 0 to 1 but for the last two. */
  public record Terms(
      double load,
      double window,
      double errors,
      double slowness,
      double warmth,
      double score,
      double turn) {}

  Choice(
      LeaseRequest want,
      ModelRoute.Leg leg,
      long now,
      Affinity.@Nullable WarmAccounts warm,
      long warmLifeMs,
      double meanWeight) {
    this.request = want;
    this.leg = leg;
    this.now = now;
    this.warm = warm;
    this.cacheLifeMs = warmLifeMs;
    this.meanWeight = meanWeight;
  }

  @Nullable Slot best(List<Slot> slots) {
    Slot best = null;
    int bestStep = 0;
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      considered++;
      if (slot.obstacle(request, leg.dialect(), now) != null) {
        continue;
      }
      usable++;
      int step = step(score(slot));
      if (best == null || compareSteps(slot, step, best, bestStep) < 0) {
        best = slot;
        bestStep = step;
      }
    }
    return best;
  }

  /** The warm account, where it could serve as soon as one of its requests has ended. */
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

  /** Negative where the first goes before the second. */
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

  /** 0 for what the caller prefers, 1 for the other. */
  int tier(Slot slot) {
    boolean dedicated = slot.account().owner() == request.user() && !slot.account().shared();
    return dedicated == request.caller().user().preferShared() ? 1 : 0;
  }

  private static int step(double score) {
    return (int) Math.floor(score / SCORE_STEP);
  }

  private double score(Slot slot) {
    return load(slot)
        + slot.headroom().pressure(now)
        + ERROR_WEIGHT * slot.health().errorRate(now)
        + slot.health().slowness(now)
        - warmth(slot);
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
    int most = slot.account().maxConcurrency();
    double full = most > 0 ? most : DEFAULT_CONCURRENCY * slot.account().weight() / meanWeight;
    return slot.running() / full;
  }

  private double warmth(Slot slot) {
    if (warm == null) {
      return 0;
    }
    double tokens = warm.cachedTokens(slot.account().id(), now, cacheLifeMs);
    return tokens == 0 ? 0 : MIN_WARMTH + Math.min(MAX_WARMTH, tokens / WARM_TOKENS);
  }

  /** What is kept with a request of why its account was chosen: figures only, no names. */
  String reason(Slot slot) {
    StringBuilder words = new StringBuilder(64);
    words.append(usable).append(" of ").append(considered).append(" could");
    words.append(tier(slot) == 0 ? ", preferred" : ", second choice");
    appendTerm(words, "load", load(slot));
    appendTerm(words, "window", slot.headroom().pressure(now));
    appendTerm(words, "errors", slot.health().errorRate(now));
    appendTerm(words, "slowness", slot.health().slowness(now));
    appendTerm(words, "warmth", warmth(slot));
    return words.toString();
  }

  /** Two decimals, by whole numbers: a formatter costs more than the choice itself. */
  private static void appendTerm(StringBuilder words, String name, double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths > 0) {
      words.append(", ").append(name).append(' ').append(hundredths / 100).append('.');
      words.append(hundredths / 10 % 10).append(hundredths % 10);
    }
  }
}
