package potluck.gateway.quota;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.RateLimit;
import potluck.gateway.meter.Charge;
import potluck.gateway.meter.Reading;

/**
 * A reservation for one request: what it is expected to use is nobody else's meanwhile. It goes
 * back when it is closed; {@link #settle} puts what was used in its place. Used by one thread.
 */
public final class Hold implements AutoCloseable {
  private final UserAllowance allowance;
  private final long key;
  private final List<AllowanceCheck> checks;
  private final Estimate estimate;
  private final List<RateLimit> limits;
  private final @Nullable Failure exhausted;
  private final Consumer<ActualUsage> onUsage;
  private @Nullable Hold withTeamHold;
  private boolean open = true;

  Hold(
      UserAllowance purse,
      long key,
      List<AllowanceCheck> bounds,
      Estimate wish,
      List<RateLimit> limits,
      @Nullable Failure dry,
      Consumer<ActualUsage> learn) {
    this.allowance = purse;
    this.key = key;
    this.onUsage = learn;
    this.checks = bounds;
    this.estimate = wish;
    this.limits = limits;
    this.exhausted = dry;
  }

  /** The same, with another one that is settled and closed with it. */
  Hold withTeamHold(Hold other) {
    withTeamHold = other;
    return this;
  }

  /** What is left of the caller's own limits, for the headers of the answer; may be empty. */
  public List<RateLimit> limits() {
    return limits.isEmpty() && withTeamHold != null ? withTeamHold.limits() : limits;
  }

  /**
   * Why only the caller's own accounts may serve: there is no quota left for shared ones; null
   * where any may.
   */
  public @Nullable Failure exhausted() {
    return exhausted;
  }

  /** Counts what was used; to be called before the last byte of the answer leaves. */
  public void settle(Reading reading) {
    if (withTeamHold != null) {
      withTeamHold.settle(reading);
    }
    if (!open) {
      return;
    }
    open = false;
    Charge charge = reading.charge();
    ActualUsage spent =
        new ActualUsage(
            reading.tokens().total(), Math.max(0, charge.costMicros()), charge.quotaMicros());
    onUsage.accept(spent);
    allowance.settle(key, checks, estimate, spent, charge.group());
  }

  /** Gives it back as if it had never been: the request was not let in. */
  void cancel() {
    open = false;
    allowance.release(checks, estimate);
  }

  @Override
  public void close() {
    if (withTeamHold != null) {
      withTeamHold.close();
    }
    if (open) {
      open = false;
      allowance.settle(key, checks, estimate, ActualUsage.NONE, "");
    }
  }
}
