package potluck.dialect.verbatim;

import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.TokenUsage;

/**
 * An answer that passes as it came, while its dialect's {@link FrameClassifier} counts and judges.
 */
abstract class ClassifiedPassage implements Passage {
  final FrameClassifier classifier;
  private State state = State.WAITING;
  private @Nullable Failure failure;

  ClassifiedPassage(FrameClassifier watch) {
    this.classifier = watch;
  }

  final void setState(State next) {
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
  public final TokenUsage tokens() {
    return classifier.tokens();
  }

  @Override
  public final long reportedCost() {
    return classifier.reportedCost();
  }

  @Override
  public final boolean usageReported() {
    return classifier.usageReported();
  }

  @Override
  public final long textBytes() {
    return classifier.textBytes();
  }
}
