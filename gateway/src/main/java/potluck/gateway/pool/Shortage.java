package potluck.gateway.pool;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.route.ModelRoute;

/**
 * Builds the failure if no account can serve, and estimates how long that lasts. Guarded by the
 * pool's lock.
 */
final class Shortage {
  private Shortage() {}

  /**
   * @param waiting number of requests that wait for the model
   */
  static Failure of(LeaseRequest request, AccountIndex index, long waiting, long now) {
    ModelRoute route = request.route();
    boolean any = false;
    long earliest = Long.MAX_VALUE;
    for (ModelRoute.Leg leg : route.legs()) {
      List<Slot> slots = index.serving(leg.model(), request.user());
      for (Slot slot : slots) {
        Obstacle obstacle = slot.obstacle(request, leg.dialect(), now);
        any |= slot.isOpenTo(request.caller()) && obstacle != Obstacle.DIALECT;
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
                  + "' can be used until its owner fixes it; POST /v1/route/explain says why.")
          .code("no_account_available");
    }
    Duration wait = Duration.ofMillis(Math.max(1000, earliest));
    return Failure.of(
            Kind.RATE_LIMITED,
            "All accounts that serve '"
                + route.model()
                + "' are busy or in cooldown; the earliest is"
                + " available in "
                + (wait.toMillis() + 999) / 1000
                + " s.")
        .code("rate_limit_exceeded")
        .retryAfter(wait);
  }

  /**
   * Estimated time until an account can serve, in milliseconds; {@link Long#MAX_VALUE} if waiting
   * does not help or the account does not serve this request at all.
   */
  static long availableInMs(Slot slot, @Nullable Obstacle obstacle, long waiting, long now) {
    if (obstacle == null) {
      return 0;
    }
    return switch (obstacle) {
      case OFF, FOREIGN, NOT_DEDICATED, DIALECT, REVOKED -> Long.MAX_VALUE;
      case SPENT, RESTING -> slot.usableAt() - now;
      case WINDOW -> slot.headroom().resetMs() - now;
      case TRIAL, RESERVED, FULL ->
          (long) (slot.health().durationMs() * (waiting + 1) / Math.max(1, slot.running()));
      // It has just failed this request; another request may try it once it is available.
      case TRIED -> Math.max(1000, slot.usableAt() - now);
    };
  }
}
