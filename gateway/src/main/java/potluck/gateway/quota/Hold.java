package potluck.gateway.quota;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Limit;
import potluck.gateway.meter.Charge;
import potluck.gateway.meter.Reading;

/**
 * A reservation for one request: what it is expected to use is nobody else's meanwhile. It goes
 * back when it is closed; {@link #settle} puts what was used in its place. Used by one thread.
 */
public final class Hold implements AutoCloseable {
  private final Purse purse;
  private final long key;
  private final List<Bound> bounds;
  private final Wish wish;
  private final List<Limit> limits;
  private final @Nullable Failure dry;
  private final Consumer<Spent> learn;
  private @Nullable Hold beside;
  private boolean open = true;

  Hold(
      Purse purse,
      long key,
      List<Bound> bounds,
      Wish wish,
      List<Limit> limits,
      @Nullable Failure dry,
      Consumer<Spent> learn) {
    this.purse = purse;
    this.key = key;
    this.learn = learn;
    this.bounds = bounds;
    this.wish = wish;
    this.limits = limits;
    this.dry = dry;
  }

  /** The same, with another one that is settled and closed with it. */
  Hold beside(Hold other) {
    beside = other;
    return this;
  }

  /** What is left of the caller's own limits, for the headers of the answer; may be empty. */
  public List<Limit> limits() {
    return limits.isEmpty() && beside != null ? beside.limits() : limits;
  }

  /**
   * Why only the caller's own accounts may serve: there is no quota left for shared ones; null
   * where any may.
   */
  public @Nullable Failure dry() {
    return dry;
  }

  /** Counts what was used; to be called before the last byte of the answer leaves. */
  public void settle(Reading reading) {
    if (beside != null) {
      beside.settle(reading);
    }
    if (!open) {
      return;
    }
    open = false;
    Charge charge = reading.charge();
    Spent spent =
        new Spent(reading.tokens().total(), Math.max(0, charge.costMicros()), charge.quotaMicros());
    learn.accept(spent);
    purse.settle(key, bounds, wish, spent, charge.group());
  }

  /** Gives it back as if it had never been: the request was not let in. */
  void cancel() {
    open = false;
    purse.release(bounds, wish);
  }

  @Override
  public void close() {
    if (beside != null) {
      beside.close();
    }
    if (open) {
      open = false;
      purse.settle(key, bounds, wish, Spent.NOTHING, "");
    }
  }
}
