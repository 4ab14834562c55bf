package potluck.gateway.pool;

import java.time.Duration;
import java.util.List;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.gateway.route.ModelRoute;

/** What is said where nobody can serve, and how long it lasts. Guarded by the pool's lock. */
final class Shortage {
  private Shortage() {}

  /**
   * @param waiting requests that wait for the model already
   */
  static Failure of(LeaseRequest want, AccountIndex table, long waiting, long now) {
    ModelRoute route = want.route();
    boolean any = false;
    long earliest = Long.MAX_VALUE;
    for (ModelRoute.Leg leg : route.legs()) {
      List<Slot> slots = table.serving(leg.model(), want.user());
      for (Slot slot : slots) {
        Obstacle obstacle = slot.obstacle(want, leg.dialect(), now);
        any |= slot.isOpenTo(want.caller()) && obstacle != Obstacle.DIALECT;
        earliest = Math.min(earliest, availableInMs(slot, obstacle, waiting, now));
      }
    }
    if (!any) {
      return Failure.of(
              Kind.NOT_FOUND,
              "The model '"
                  + route.model()
                  + "' does not exist or no account that you may use"
                  + " serves it; GET /v1/models lists what you can use.")
          .code("model_not_found")
          .param("model");
    }
    if (earliest == Long.MAX_VALUE) {
      return Failure.of(
              Kind.UNAVAILABLE,
              "No account that serves '"
                  + route.model()
                  + "' can be used until its owner mends it; POST /v1/route/explain says why.")
          .code("no_account_available");
    }
    Duration wait = Duration.ofMillis(Math.max(1000, earliest));
    return Failure.of(
            Kind.RATE_LIMITED,
            "All accounts that serve '"
                + route.model()
                + "' are busy or resting; the earliest is"
                + " back in "
                + (wait.toMillis() + 999) / 1000
                + " s.")
        .code("rate_limit_exceeded")
        .retryAfter(wait);
  }

  /**
   * How long an account is out, as far as one can tell, in milliseconds; {@link Long#MAX_VALUE}
   * where that never ends by itself, or where it does not serve this request at all.
   */
  static long availableInMs(
      Slot slot, @org.jspecify.annotations.Nullable Obstacle obstacle, long waiting, long now) {
    if (obstacle == null) {
      return 0;
    }
    return switch (obstacle) {
      case OFF, FOREIGN, NOT_DEDICATED, DIALECT, REVOKED -> Long.MAX_VALUE;
      case SPENT, RESTING -> slot.usableAt() - now;
      case WINDOW -> slot.headroom().resetMs() - now;
      case TRIAL, RESERVED, FULL ->
          (long) (slot.health().durationMs() * (waiting + 1) / Math.max(1, slot.running()));
      // It has failed this request a moment ago; another request may try it when it is back.
      case TRIED -> Math.max(1000, slot.usableAt() - now);
    };
  }
}
