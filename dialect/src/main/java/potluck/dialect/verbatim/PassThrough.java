package potluck.dialect.verbatim;

import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.model.Ask;

/** Creates the passages of answers that are copied unchanged. Stateless. */
public final class PassThrough {
  private PassThrough() {}

  /**
   * The passage for the answer to a request, streamed or not. It restores the model name that the
   * client used.
   *
   * @param classifier of the dialect that client and upstream speak
   */
  public static Passage passage(FrameClassifier classifier, Ask ask, Target target) {
    String alias = ask.model().equals(target.model()) ? null : ask.model();
    return ask.stream()
        ? new StreamPassage(classifier, alias)
        : new CompletePassage(classifier, alias);
  }
}
