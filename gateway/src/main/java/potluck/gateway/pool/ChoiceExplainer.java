package potluck.gateway.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import potluck.gateway.pool.Explanation.Candidate;
import potluck.gateway.route.ModelRoute;

/**
 * Puts into words what would be chosen, by asking those who choose. Only under the pool's lock.
 *
 * @param waiting requests for the same model that wait
 * @param now milliseconds of the clock
 */
record ChoiceExplainer(LeaseRequest request, AccountIndex index, long waiting, long now) {

  /**
   * @param choice that decides on a leg
   */
  Explanation explain(Function<ModelRoute.Leg, Choice> choice) {
    List<Candidate> all = new ArrayList<>();
    long wait = Long.MAX_VALUE;
    for (ModelRoute.Leg leg : request.route().legs()) {
      Choice choosing = choice.apply(leg);
      for (Slot slot : sortedSlots(choosing, leg)) {
        Obstacle obstacle = choosing.obstacle(slot);
        long back = Shortage.availableInMs(slot, obstacle, waiting, now);
        wait = Math.min(wait, back);
        all.add(candidate(choosing, slot, leg, obstacle, back));
      }
    }
    return new Explanation(
        request.route().model(),
        all,
        waiting,
        Duration.ofMillis(wait == Long.MAX_VALUE ? 0 : wait));
  }

  /** The best first, and those that cannot serve last. */
  private List<Slot> sortedSlots(Choice choice, ModelRoute.Leg leg) {
    List<Slot> slots = new ArrayList<>(index.serving(leg.model(), request.user()));
    slots.sort(
        (a, b) -> {
          boolean out = choice.obstacle(a) != null;
          return out != (choice.obstacle(b) != null) ? (out ? 1 : -1) : choice.compare(a, b);
        });
    return slots;
  }

  private static Candidate candidate(
      Choice choice, Slot slot, ModelRoute.Leg leg, @Nullable Obstacle obstacle, long back) {
    boolean known = obstacle != null && back != Long.MAX_VALUE;
    return new Candidate(
        slot.account(),
        leg.model(),
        choice.tier(slot) == 0,
        slot.running(),
        obstacle,
        known ? Duration.ofMillis(back) : null,
        choice.terms(slot));
  }
}
