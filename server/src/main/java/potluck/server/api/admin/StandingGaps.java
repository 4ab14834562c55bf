package potluck.server.api.admin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.StandingHistory.Span;
import potluck.gateway.account.StandingHistory.Strip;

/** Finds the times in which some accounts were on, and none of them was ready. Stateless. */
final class StandingGaps {
  private StandingGaps() {}

  /** From when to when. */
  record Gap(Instant from, Instant to) {}

  /** What changes at one time: how many more accounts are ready, and how many more are on. */
  private record Step(int ready, int on) {
    Step plus(int moreReady, int moreOn) {
      return new Step(ready + moreReady, on + moreOn);
    }
  }

  /** The gaps of these accounts, oldest first. */
  static List<Gap> of(List<Strip> strips) {
    SortedMap<Instant, Step> steps = new TreeMap<>();
    for (Strip strip : strips) {
      for (Span span : strip.spans()) {
        int ready = span.standing().equals("ready") ? 1 : 0;
        int on = span.standing().equals("off") ? 0 : 1;
        steps.merge(span.from(), new Step(ready, on), (a, b) -> a.plus(b.ready(), b.on()));
        steps.merge(span.to(), new Step(-ready, -on), (a, b) -> a.plus(b.ready(), b.on()));
      }
    }
    List<Gap> gaps = new ArrayList<>();
    int ready = 0;
    int on = 0;
    @Nullable Instant since = null;
    for (var step : steps.entrySet()) {
      ready += step.getValue().ready();
      on += step.getValue().on();
      boolean gap = on > 0 && ready == 0;
      if (gap && since == null) {
        since = step.getKey();
      } else if (!gap && since != null) {
        gaps.add(new Gap(since, step.getKey()));
        since = null;
      }
    }
    return gaps;
  }
}
