package potluck.dialect.verbatim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.MalformedException;
import potluck.dialect.wire.Span;

/** Passes a stream of server-sent events through unchanged, frame by frame. */
public final class StreamPassage extends ClassifiedPassage {
  private final FrameReader frames = new FrameReader();
  private final byte @Nullable [] alias;
  private final ByteArrayOutputStream withheld = new ByteArrayOutputStream(0);
  private boolean withholding;

  /**
   * @param classifier of the dialect
   * @param alias replaces the upstream's model name; null to keep it
   */
  public StreamPassage(FrameClassifier classifier, @Nullable String alias) {
    super(classifier);
    this.alias = alias == null ? null : JsonTree.quoted(alias).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    if (state() == State.FAILED) {
      return;
    }
    frames.feed(bytes, offset, length);
    try {
      while (state() != State.FAILED && frames.next()) {
        handleFrame(out);
      }
    } catch (MalformedException e) {
      fail(Failure.of(Failure.Kind.UPSTREAM, "The upstream sent " + e.getMessage() + "."));
    }
  }

  private void handleFrame(ByteArrayOutputStream out) {
    if (!frames.hasData()) {
      if (state() != State.COMPLETE || frames.to() - frames.from() == 1) {
        copy(out);
      }
      return;
    }
    if (state() == State.COMPLETE) {
      return;
    }
    switch (classifier.classify(frames)) {
      case PREAMBLE -> copy(out);
      case CONTENT -> {
        copy(out);
        setState(State.RUNNING);
      }
      case TERMINAL -> {
        copy(out);
        setState(State.COMPLETE);
      }
      case FAILED -> fail(classifier.failure());
      case WITHHELD -> {
        withholding = true;
        copy(withheld);
        setState(State.RUNNING);
      }
      case HIDDEN -> {}
    }
  }

  private void copy(ByteArrayOutputStream output) {
    ByteArrayOutputStream out = withholding ? withheld : output;
    byte[] b = frames.bytes();
    int from = frames.from();
    if (alias != null && frames.hasData() && frames.inPlace()) {
      Span model = classifier.findModel(b, frames.dataFrom(), frames.dataTo());
      if (model != null) {
        out.write(b, from, model.from() - from);
        out.write(alias, 0, alias.length);
        from = model.to();
      }
    }
    out.write(b, from, frames.to() - from);
  }

  @Override
  public void end(ByteArrayOutputStream out) {
    if (state() == State.COMPLETE || state() == State.FAILED) {
      return;
    }
    if (frames.finish() && isComplete()) {
      switch (classifier.classify(frames)) {
        case TERMINAL -> {
          copy(out);
          setState(State.COMPLETE);
          return;
        }
        case FAILED -> {
          fail(classifier.failure());
          return;
        }
        case WITHHELD -> copy(withheld);
        case PREAMBLE, CONTENT, HIDDEN -> {}
      }
    }
    byte[] rest = Arrays.copyOfRange(frames.bytes(), frames.from(), frames.to());
    if (!frames.hasData()
        && isObject(rest)
        && classifier.classifyComplete(rest) == FrameClassifier.FrameKind.FAILED) {
      fail(classifier.failure());
    } else if (classifier.isCompleteAtEnd()) {
      out.writeBytes(withheld.toByteArray());
      out.writeBytes(classifier.missingTerminator());
      setState(State.COMPLETE);
    } else {
      fail(Failure.of(Failure.Kind.UPSTREAM, "The upstream ended the answer early."));
    }
  }

  /**
   * Whether a last frame that lacks its blank line is complete, that is, valid JSON or {@code
   * [DONE]}.
   */
  private boolean isComplete() {
    byte[] b = frames.data();
    int from = frames.dataFrom();
    return new Span(from, frames.dataTo()).equalsAscii(b, "[DONE]")
        || !JsonTree.readOrMissing(b, from, frames.dataTo()).isMissingNode();
  }

  /** Some servers answer a request for a stream with an error as one JSON object. */
  private static boolean isObject(byte[] rest) {
    return JsonTree.readOrMissing(rest, 0, rest.length).isObject();
  }

  @Override
  public byte @Nullable [] keepAlive() {
    return classifier.keepAlive();
  }

  @Override
  public String contentType() {
    return "text/event-stream";
  }
}
