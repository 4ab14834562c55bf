package potluck.gateway.pool;

import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.gateway.route.Route;

/**
 * Which of several accounts is used: first by the caller's preference for own or shared ones, then
 * by priority, then the one that is best to use now, and of those that are equally good, the one
 * whose turn it is by weight. One decision, under the pool's lock; nothing is remembered in it.
 */
public final class Choice {
  /** Differences in score that are smaller mean nothing: turns decide. */
  private static final double STEP = 0.25;

  private static final double ERRORS = 2;

  /** A conversation stays where it is, even where the cache is too short to be worth anything. */
  private static final double STAYS = 0.3;

  private static final double WARM_TOKENS = 50_000;
  private static final double WARMEST = 1.2;

  /** Where an account has no bound of its own, so many running requests are a full load. */
  private static final double USUAL_CONCURRENCY = 16;

  private final Want want;
  private final Route.Leg leg;
  private final long now;
  private final Affinity.@Nullable Warm warm;
  private final long warmLifeMs;
  private final double meanWeight;
  private int looked;
  private int ready;

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
      Want want,
      Route.Leg leg,
      long now,
      Affinity.@Nullable Warm warm,
      long warmLifeMs,
      double meanWeight) {
    this.want = want;
    this.leg = leg;
    this.now = now;
    this.warm = warm;
    this.warmLifeMs = warmLifeMs;
    this.meanWeight = meanWeight;
  }

  @Nullable Slot best(List<Slot> slots) {
    Slot best = null;
    int bestStep = 0;
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      looked++;
      if (slot.obstacle(want, leg.dialect(), now) != null) {
        continue;
      }
      ready++;
      int step = step(score(slot));
      if (best == null || order(slot, step, best, bestStep) < 0) {
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
      if (warm.tokens(slot.account().id(), now, warmLifeMs) > 0) {
        Obstacle obstacle = slot.obstacle(want, leg.dialect(), now);
        return obstacle != null && obstacle.passing() ? slot : null;
      }
    }
    return null;
  }

  @Nullable Obstacle obstacle(Slot slot) {
    return slot.obstacle(want, leg.dialect(), now);
  }

  /** Negative where the first goes before the second. */
  int compare(Slot first, Slot second) {
    return order(first, step(score(first)), second, step(score(second)));
  }

  private int order(Slot first, int firstStep, Slot second, int secondStep) {
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
    boolean dedicated = slot.account().owner() == want.user() && !slot.account().shared();
    return dedicated == want.caller().user().preferShared() ? 1 : 0;
  }

  private static int step(double score) {
    return (int) Math.floor(score / STEP);
  }

  private double score(Slot slot) {
    return load(slot)
        + slot.window().pressure(now)
        + ERRORS * slot.form().errors(now)
        + slot.form().slowness(now)
        - warmth(slot);
  }

  Terms terms(Slot slot) {
    return new Terms(
        load(slot),
        slot.window().pressure(now),
        slot.form().errors(now),
        slot.form().slowness(now),
        warmth(slot),
        score(slot),
        slot.turn());
  }

  private double load(Slot slot) {
    int most = slot.account().maxConcurrency();
    double full = most > 0 ? most : USUAL_CONCURRENCY * slot.account().weight() / meanWeight;
    return slot.running() / full;
  }

  private double warmth(Slot slot) {
    if (warm == null) {
      return 0;
    }
    double tokens = warm.tokens(slot.account().id(), now, warmLifeMs);
    return tokens == 0 ? 0 : STAYS + Math.min(WARMEST, tokens / WARM_TOKENS);
  }

  /** What is kept with a request of why its account was chosen: figures only, no names. */
  String words(Slot slot) {
    StringBuilder words = new StringBuilder(64);
    words.append(ready).append(" of ").append(looked).append(" could");
    words.append(tier(slot) == 0 ? ", preferred" : ", second choice");
    term(words, "load", load(slot));
    term(words, "window", slot.window().pressure(now));
    term(words, "errors", slot.form().errors(now));
    term(words, "slowness", slot.form().slowness(now));
    term(words, "warmth", warmth(slot));
    return words.toString();
  }

  /** Two decimals, by whole numbers: a formatter costs more than the choice itself. */
  private static void term(StringBuilder words, String name, double value) {
    long hundredths = Math.round(value * 100);
    if (hundredths > 0) {
      words.append(", ").append(name).append(' ').append(hundredths / 100).append('.');
      words.append(hundredths / 10 % 10).append(hundredths % 10);
    }
  }
}
