package potluck.dialect.verbatim;

import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.model.Failure;
import potluck.dialect.model.UsageReport;

/**
 * Base of the two passages that copy an answer unchanged; its state comes from a {@link
 * FrameClassifier}.
 */
abstract class ClassifiedPassage implements Passage {
  final FrameClassifier classifier;
  private State state = State.WAITING;
  private @Nullable Failure failure;

  ClassifiedPassage(FrameClassifier classifier) {
    this.classifier = classifier;
  }

  final void setState(State next) {
    state = next;
  }

  /**
   * Fails the passage.
   *
   * @param reason null if the upstream gave none
   */
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
  public final UsageReport usage() {
    return classifier.usage();
  }

  @Override
  public final boolean isUsageStale() {
    return classifier.isUsageStale();
  }

  @Override
  public final long reportedCost() {
    return classifier.reportedCost();
  }

  @Override
  public final long textBytes() {
    return classifier.textBytes();
  }
}
