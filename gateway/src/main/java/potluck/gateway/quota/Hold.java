package potluck.gateway.quota;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.RateLimit;
import potluck.gateway.meter.Charge;
import potluck.gateway.meter.Reading;

/**
 * A reservation of a request's estimated use. Closing it returns the reservation; {@link #settle}
 * replaces it with the actual use. Used by one thread.
 */
public final class Hold implements AutoCloseable {
  private final UserAllowance allowance;
  private final long key;
  private final List<AllowanceCheck> checks;
  private final @Nullable Quota quota;
  private final Estimate estimate;
  private final List<RateLimit> limits;
  private final @Nullable Failure exhausted;
  private final Consumer<ActualUsage> onUsage;
  private @Nullable Hold teamHold;
  private boolean open = true;

  Hold(
      UserAllowance allowance,
      long key,
      List<AllowanceCheck> checks,
      @Nullable Quota quota,
      Estimate estimate,
      List<RateLimit> limits,
      @Nullable Failure exhausted,
      Consumer<ActualUsage> onUsage) {
    this.allowance = allowance;
    this.key = key;
    this.onUsage = onUsage;
    this.checks = checks;
    this.quota = quota;
    this.estimate = estimate;
    this.limits = limits;
    this.exhausted = exhausted;
  }

  /** This hold, with a hold of the user's team that is settled and closed with it. */
  Hold withTeamHold(Hold other) {
    teamHold = other;
    return this;
  }

  /** What is left of the caller's own limits, for the headers of the answer; may be empty. */
  public List<RateLimit> limits() {
    return limits.isEmpty() && teamHold != null ? teamHold.limits() : limits;
  }

  /**
   * The failure if the quota for shared accounts is exhausted, so that only the caller's own
   * accounts may serve; null if any may.
   */
  public @Nullable Failure exhausted() {
    return exhausted;
  }

  /** Counts the actual use; call it before the last byte of the answer is sent. */
  public void settle(Reading reading) {
    if (teamHold != null) {
      teamHold.settle(reading);
    }
    if (!open) {
      return;
    }
    open = false;
    Charge charge = reading.charge();
    ActualUsage usage =
        new ActualUsage(
            reading.tokens().total(), Math.max(0, charge.costMicros()), charge.quotaMicros());
    onUsage.accept(usage);
    allowance.settle(key, checks, quota, estimate, usage, charge.group());
  }

  /** Undoes the hold without counting the request, because the request was not admitted. */
  void cancel() {
    open = false;
    allowance.release(checks, quota, estimate);
  }

  @Override
  public void close() {
    if (teamHold != null) {
      teamHold.close();
    }
    if (open) {
      open = false;
      allowance.settle(key, checks, quota, estimate, ActualUsage.NONE, "");
    }
  }
}
