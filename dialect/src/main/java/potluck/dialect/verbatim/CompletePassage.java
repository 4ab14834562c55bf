package potluck.dialect.verbatim;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Splice;

/** Passes an answer that is one JSON value through unchanged, once it is complete. */
public final class CompletePassage extends ClassifiedPassage {
  /** Larger answers fail. */
  public static final int MAX_ANSWER_BYTES = 64 << 20;

  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(2048);
  private final @Nullable String alias;

  /**
   * @param classifier of the dialect
   * @param alias replaces the upstream's model name; null to keep it
   */
  public CompletePassage(FrameClassifier classifier, @Nullable String alias) {
    super(classifier);
    this.alias = alias;
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    if (state() != State.WAITING) {
      return;
    }
    if (buffer.size() + length > MAX_ANSWER_BYTES) {
      fail(Failure.of(Failure.Kind.UPSTREAM, "The upstream's answer is larger than 64 MiB."));
      return;
    }
    buffer.write(bytes, offset, length);
  }

  @Override
  public void end(ByteArrayOutputStream out) {
    if (state() != State.WAITING) {
      return;
    }
    byte[] body = buffer.toByteArray();
    if (classifier.classifyComplete(body) == FrameClassifier.FrameKind.FAILED) {
      fail(classifier.failure());
      return;
    }
    Span model = alias == null ? null : classifier.findModel(body, 0, body.length);
    byte[] bytes =
        model == null || alias == null
            ? body
            : new Splice(body).replace(model, JsonTree.quoted(alias)).bytes();
    out.write(bytes, 0, bytes.length);
    setState(State.COMPLETE);
  }

  @Override
  public String contentType() {
    return "application/json";
  }
}
