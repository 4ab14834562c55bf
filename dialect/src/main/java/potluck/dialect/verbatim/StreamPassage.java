package potluck.dialect.verbatim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Malformed;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Tree;

/** A stream of server-sent events, passed on frame by frame as it came. */
public final class StreamPassage extends Watched {
  private final FrameReader frames = new FrameReader();
  private final byte @Nullable [] alias;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream(0);
  private boolean holding;

  /**
   * @param watch of the dialect
   * @param alias the name to put in the place of the upstream's model name; null to leave it
   */
  public StreamPassage(Watch watch, @Nullable String alias) {
    super(watch);
    this.alias = alias == null ? null : Tree.quoted(alias).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream out) {
    if (state() == State.FAILED) {
      return;
    }
    frames.feed(bytes, offset, length);
    try {
      while (state() != State.FAILED && frames.next()) {
        frame(out);
      }
    } catch (Malformed e) {
      fail(Failure.of(Failure.Kind.UPSTREAM, "The upstream sent " + e.getMessage() + "."));
    }
  }

  private void frame(ByteArrayOutputStream out) {
    if (!frames.hasData()) {
      if (state() != State.COMPLETE || frames.to() - frames.from() == 1) {
        copy(out);
      }
      return;
    }
    if (state() == State.COMPLETE) {
      return;
    }
    switch (watch.frame(frames)) {
      case HANDSHAKE -> copy(out);
      case WORD -> {
        copy(out);
        become(State.RUNNING);
      }
      case LAST -> {
        copy(out);
        become(State.COMPLETE);
      }
      case FAILED -> fail(watch.failure());
      case HELD -> {
        holding = true;
        copy(held);
        become(State.RUNNING);
      }
      case HIDDEN -> {}
    }
  }

  private void copy(ByteArrayOutputStream wanted) {
    ByteArrayOutputStream out = holding ? held : wanted;
    byte[] b = frames.bytes();
    int from = frames.from();
    if (alias != null && frames.hasData() && frames.inPlace()) {
      Span model = watch.model(b, frames.dataFrom(), frames.dataTo());
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
    if (frames.finish() && whole()) {
      switch (watch.frame(frames)) {
        case LAST -> {
          copy(out);
          become(State.COMPLETE);
          return;
        }
        case FAILED -> {
          fail(watch.failure());
          return;
        }
        case HELD -> copy(held);
        case HANDSHAKE, WORD, HIDDEN -> {}
      }
    }
    byte[] rest = Arrays.copyOfRange(frames.bytes(), frames.from(), frames.to());
    if (!frames.hasData() && isObject(rest) && watch.whole(rest) == Watch.Sight.FAILED) {
      fail(watch.failure());
    } else if (watch.mayEnd()) {
      out.writeBytes(held.toByteArray());
      out.writeBytes(watch.closing());
      become(State.COMPLETE);
    } else {
      fail(
          Failure.of(Failure.Kind.UPSTREAM, "The upstream broke off in the middle of the answer."));
    }
  }

  /** Whether a last frame without its blank line was cut off (the word DONE is no JSON). */
  private boolean whole() {
    byte[] b = frames.data();
    int from = frames.dataFrom();
    return new Span(from, frames.dataTo()).is(b, "[DONE]")
        || !Tree.readOrMissing(b, from, frames.dataTo()).isMissingNode();
  }

  /** Some servers answer a wish for a stream with an error as one JSON object. */
  private static boolean isObject(byte[] rest) {
    return Tree.readOrMissing(rest, 0, rest.length).isObject();
  }

  @Override
  public byte @Nullable [] pulse() {
    return watch.pulse();
  }

  @Override
  public String contentType() {
    return "text/event-stream";
  }
}
