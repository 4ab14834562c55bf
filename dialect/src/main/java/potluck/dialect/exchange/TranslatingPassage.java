package potluck.dialect.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Keepsakes;
import potluck.dialect.Passage;
import potluck.dialect.model.Event;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Tokens;
import potluck.dialect.translate.Answer;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Frames;
import potluck.dialect.translate.Names;
import potluck.dialect.translate.Sequencer;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.Malformed;
import potluck.dialect.wire.Span;
import potluck.dialect.wire.Tree;

/** The way of an answer through events: read in one dialect, written in another. */
public final class TranslatingPassage implements Passage {
  private static final int CAP = 64 << 20;

  private final boolean stream;
  private final EventReader reader;
  private final EventWriter writer;
  private final Keepsakes keepsakes;
  private final Sequencer sequencer;
  private final FrameReader frames = new FrameReader();
  private final Answer answer = new Answer();
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private ByteArrayOutputStream out = held;
  private State state = State.WAITING;
  private Tokens tokens = Tokens.NONE;
  private long textBytes;
  private @Nullable Failure failure;

  public TranslatingPassage(
      boolean stream, EventReader reader, EventWriter writer, Names names, Keepsakes keepsakes) {
    this.stream = stream;
    this.reader = reader;
    this.writer = writer;
    this.keepsakes = keepsakes;
    this.sequencer = new Sequencer(names::restore, this::pass);
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream wanted) {
    if (over()) {
      return;
    }
    if (!stream) {
      held.write(bytes, offset, length);
      if (held.size() > CAP) {
        fail("The upstream's answer is larger than 64 MiB.");
      }
      return;
    }
    out = wanted;
    frames.feed(bytes, offset, length);
    try {
      while (!over() && frames.next()) {
        if (frames.hasData()) {
          frame();
        }
      }
    } catch (Malformed e) {
      fail("The upstream sent " + e.getMessage() + " in its stream.");
    }
  }

  private void frame() {
    byte[] b = frames.data();
    int from = frames.dataFrom();
    int to = frames.dataTo();
    if (new Span(from, to).is(b, "[DONE]")) {
      reader.end(sequencer);
      if (!over()) {
        fail("The upstream said that it was done before the answer was.");
      }
    } else if (to > from && !reader.text(b, from, to, sequencer)) {
      reader.frame(Tree.read(b, from, to), sequencer);
    }
  }

  @Override
  public void end(ByteArrayOutputStream wanted) {
    if (over()) {
      return;
    }
    out = wanted;
    try {
      if (!stream) {
        JsonNode body = Tree.readOrMissing(held.toByteArray(), 0, held.size());
        if (body.isObject()) {
          reader.whole(body, sequencer);
        }
      } else {
        if (frames.finish()) {
          frame();
        } else if (state == State.WAITING) {
          unasked();
        }
        if (!over()) {
          reader.end(sequencer);
        }
      }
    } catch (Malformed e) {
      fail("The upstream broke off in the middle of the answer.");
    }
    if (!over()) {
      fail("The upstream broke off in the middle of the answer.");
    }
  }

  /** Some servers answer a wish for a stream with one JSON object: an answer, or an error. */
  private void unasked() {
    JsonNode body = Tree.readOrMissing(frames.bytes(), frames.from(), frames.to());
    if (body.isObject()) {
      reader.whole(body, sequencer);
    }
  }

  private void pass(Event event) {
    switch (event) {
      case Event.Used used -> tokens = tokens.then(used.tokens());
      case Event.Failed failed -> {
        state = State.FAILED;
        failure = failed.failure();
        return;
      }
      case Event.Begin _, Event.Complete _ -> {}
      case Event.End _ -> state = State.COMPLETE;
      case Event.Text text -> said(text.delta());
      case Event.Refusal text -> said(text.delta());
      case Event.Thought text -> said(text.delta());
      case Event.Arguments text -> said(text.delta());
      case Event.Sealed _ -> state = State.RUNNING;
      case Event.Call call -> {
        said(call.name());
        if (call.seal() != null) {
          keepsakes.keep(call.id(), call.seal().value());
        }
      }
    }
    if (stream) {
      writer.write(event, new Frames(out));
    } else {
      answer.add(event);
      if (event instanceof Event.End) {
        out.writeBytes(Tree.bytes(writer.whole(answer)));
      }
    }
  }

  private void said(String text) {
    state = State.RUNNING;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      textBytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
  }

  private boolean over() {
    return state == State.COMPLETE || state == State.FAILED;
  }

  private void fail(String why) {
    state = State.FAILED;
    failure = Failure.of(Failure.Kind.UPSTREAM, why);
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public Tokens tokens() {
    return tokens;
  }

  @Override
  public boolean counted() {
    return tokens.total() > 0;
  }

  @Override
  public long textBytes() {
    return textBytes;
  }

  @Override
  public byte @Nullable [] pulse() {
    return writer.pulse();
  }

  @Override
  public String contentType() {
    return stream ? "text/event-stream" : "application/json";
  }
}
