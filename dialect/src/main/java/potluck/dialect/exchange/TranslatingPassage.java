package potluck.dialect.exchange;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import potluck.dialect.Passage;
import potluck.dialect.SignatureCache;
import potluck.dialect.model.Event;
import potluck.dialect.model.Failure;
import potluck.dialect.model.UsageReport;
import potluck.dialect.translate.AssembledAnswer;
import potluck.dialect.translate.EventReader;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.FrameWriter;
import potluck.dialect.translate.Sequencer;
import potluck.dialect.translate.ToolNames;
import potluck.dialect.wire.FrameReader;
import potluck.dialect.wire.JsonTree;
import potluck.dialect.wire.MalformedException;
import potluck.dialect.wire.Span;

/** Translates an answer: reads events of the upstream's dialect and writes them in the client's. */
public final class TranslatingPassage implements Passage {
  /** Larger answers without a stream fail. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;

  private final boolean stream;
  private final EventReader reader;
  private final EventWriter writer;
  private final SignatureCache signatures;
  private final Sequencer sequencer;
  private final FrameReader frames = new FrameReader();
  private final AssembledAnswer answer = new AssembledAnswer();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private ByteArrayOutputStream out = buffer;
  private State state = State.WAITING;
  private UsageReport usage = UsageReport.NONE;
  private long textBytesAtUsage;
  private long textBytes;
  private @Nullable Failure failure;

  public TranslatingPassage(
      boolean stream,
      EventReader reader,
      EventWriter writer,
      ToolNames names,
      SignatureCache signatures) {
    this.stream = stream;
    this.reader = reader;
    this.writer = writer;
    this.signatures = signatures;
    this.sequencer = new Sequencer(names::restore, this::forward);
  }

  @Override
  public void accept(byte[] bytes, int offset, int length, ByteArrayOutputStream output) {
    if (isFinished()) {
      return;
    }
    if (!stream) {
      buffer.write(bytes, offset, length);
      if (buffer.size() > MAX_ANSWER_BYTES) {
        fail("The upstream's answer is larger than 64 MiB.");
      }
      return;
    }
    out = output;
    frames.feed(bytes, offset, length);
    try {
      while (!isFinished() && frames.next()) {
        if (frames.hasData()) {
          readFrame();
        }
      }
    } catch (MalformedException e) {
      fail("The upstream sent " + e.getMessage() + " in its stream.");
    }
  }

  private void readFrame() {
    byte[] b = frames.data();
    int from = frames.dataFrom();
    int to = frames.dataTo();
    if (new Span(from, to).equalsAscii(b, "[DONE]")) {
      reader.end(sequencer);
      if (!isFinished()) {
        fail("The upstream sent [DONE] before the answer was complete.");
      }
    } else if (to > from && !reader.readTextFrame(b, from, to, sequencer)) {
      reader.readFrame(JsonTree.read(b, from, to), sequencer);
    }
  }

  @Override
  public void end(ByteArrayOutputStream output) {
    if (isFinished()) {
      return;
    }
    out = output;
    try {
      if (!stream) {
        JsonNode body = JsonTree.readOrMissing(buffer.toByteArray(), 0, buffer.size());
        if (body.isObject()) {
          reader.readComplete(body, sequencer);
        }
      } else {
        if (frames.finish()) {
          readFrame();
        } else if (state == State.WAITING) {
          readUnexpectedObject();
        }
        if (!isFinished()) {
          reader.end(sequencer);
        }
      }
    } catch (MalformedException e) {
      fail("The upstream ended the answer early.");
    }
    if (!isFinished()) {
      fail("The upstream ended the answer early.");
    }
  }

  /**
   * Reads a JSON object where a stream was expected: some servers answer with a complete answer or
   * an error.
   */
  private void readUnexpectedObject() {
    JsonNode body = JsonTree.readOrMissing(frames.bytes(), frames.from(), frames.to());
    if (body.isObject()) {
      reader.readComplete(body, sequencer);
    }
  }

  private void forward(Event event) {
    switch (event) {
      case Event.UsageReported reported -> {
        usage = usage.mergeLater(reported.report());
        textBytesAtUsage = textBytes;
      }
      case Event.Failed failed -> {
        state = State.FAILED;
        failure = failed.failure();
        return;
      }
      case Event.Begin _, Event.CallComplete _ -> {}
      case Event.End _ -> state = State.COMPLETE;
      case Event.Text text -> countText(text.delta());
      case Event.Refusal text -> countText(text.delta());
      case Event.Thought text -> countText(text.delta());
      case Event.Arguments text -> countText(text.delta());
      case Event.ThoughtSigned _ -> state = State.RUNNING;
      case Event.ToolCall call -> {
        countText(call.name());
        if (call.signature() != null) {
          signatures.store(call.id(), call.signature().value());
        }
      }
    }
    if (stream) {
      writer.write(event, new FrameWriter(out));
    } else {
      answer.add(event);
      if (event instanceof Event.End) {
        out.writeBytes(JsonTree.bytes(writer.writeComplete(answer)));
      }
    }
  }

  private void countText(String text) {
    state = State.RUNNING;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      textBytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
  }

  private boolean isFinished() {
    return state == State.COMPLETE || state == State.FAILED;
  }

  private void fail(String message) {
    state = State.FAILED;
    failure = Failure.of(Failure.Kind.UPSTREAM, message);
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
  public UsageReport usage() {
    return usage;
  }

  @Override
  public boolean isUsageStale() {
    return textBytes > textBytesAtUsage;
  }

  @Override
  public long textBytes() {
    return textBytes;
  }

  @Override
  public byte @Nullable [] keepAlive() {
    return writer.keepAlive();
  }

  @Override
  public String contentType() {
    return stream ? "text/event-stream" : "application/json";
  }
}
