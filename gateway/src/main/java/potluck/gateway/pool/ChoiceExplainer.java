package potluck.gateway.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.pool.Explanation.Candidate;
import potluck.gateway.route.ModelRoute;

/**
 * Explains what would be chosen, using the same code that chooses. Only used under the pool's lock.
 *
 * @param waiting number of requests that wait for the same model
 * @param now epoch milliseconds
 */
record ChoiceExplainer(LeaseRequest request, AccountIndex index, long waiting, long now) {

  /**
   * @param choice creates the choice for a leg
   */
  Explanation explain(Function<ModelRoute.Leg, Choice> choice) {
    List<Candidate> all = new ArrayList<>();
    long wait = Long.MAX_VALUE;
    for (ModelRoute.Leg leg : request.route().legs()) {
      Choice current = choice.apply(leg);
      for (Slot slot : sortedSlots(current, leg)) {
        Obstacle obstacle = current.obstacle(slot);
        long availableInMs = Shortage.availableInMs(slot, obstacle, waiting, now);
        wait = Math.min(wait, availableInMs);
        all.add(candidate(current, slot, leg, obstacle, availableInMs));
      }
    }
    return new Explanation(
        request.route().model(),
        all,
        waiting,
        Duration.ofMillis(wait == Long.MAX_VALUE ? 0 : wait));
  }

  /** Usable slots in order of preference, then the others. */
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
      Choice choice,
      Slot slot,
      ModelRoute.Leg leg,
      @Nullable Obstacle obstacle,
      long availableInMs) {
    boolean known = obstacle != null && availableInMs != Long.MAX_VALUE;
    return new Candidate(
        slot.account(),
        leg.model(),
        choice.tier(slot) == 0,
        slot.running(),
        obstacle,
        known ? Duration.ofMillis(availableInMs) : null,
        choice.terms(slot));
  }
}
