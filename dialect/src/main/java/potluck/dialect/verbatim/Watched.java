package potluck.dialect.verbatim;

import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Tokens;

/** An answer that passes as it came, while its dialect's {@link Watch} counts and judges. */
abstract class Watched implements Passage {
  final Watch watch;
  private State state = State.WAITING;
  private @Nullable Failure failure;

  Watched(Watch watch) {
    this.watch = watch;
  }

  final void become(State next) {
    state = next;
  }

  /** Ends it; null where the upstream said nothing of the reason. */
  final void fail(@Nullable Failure reason) {
    state = State.FAILED;
    failure = reason == null ? Failure.of(Failure.Kind.UPSTREAM, "The upstream failed.") : reason;
  }

  @Override
  public final State state() {
    return state;
  }

  @Override
  public final @Nullable Failure failure() {
    return failure;
  }

  @Override
  public final Tokens tokens() {
    return watch.tokens();
  }

  @Override
  public final long reportedCost() {
    return watch.reportedCost();
  }

  @Override
  public final boolean counted() {
    return watch.counted();
  }

  @Override
  public final long textBytes() {
    return watch.textBytes();
  }
}
