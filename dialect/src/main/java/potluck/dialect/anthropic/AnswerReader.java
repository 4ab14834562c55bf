package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.EventReader;
import potluck.dialect.wire.FrameScan;
import potluck.dialect.wire.JsonTree;

/** Reads answers of Anthropic's messages. */
final class AnswerReader implements EventReader {
  private final FrameScan event = new FrameScan();
  private final FrameScan readDelta = new FrameScan();
  private final UsageAccumulator usage = new UsageAccumulator();
  private final StringBuilder signature = new StringBuilder();
  private StopReason stop = StopReason.END;
  private @Nullable String sequence;

  @Override
  public boolean readTextFrame(byte[] b, int from, int to, Consumer<Event> sink) {
    String text = null;
    boolean delta = false;
    event.enter(b, from, to);
    while (event.next()) {
      if (event.nameIs("type")) {
        delta = event.valueIs("\"content_block_delta\"");
      } else if (event.nameIs("delta") && delta) {
        text = readDelta();
      }
      if (!delta) {
        return false;
      }
    }
    if (text != null) {
      sink.accept(new Event.Text(text));
    }
    return text != null;
  }

  private @Nullable String readDelta() {
    String text = null;
    boolean plain = false;
    readDelta.enter(event);
    while (readDelta.next()) {
      plain |= readDelta.nameIs("type") && readDelta.valueIs("\"text_delta\"");
      text = readDelta.nameIs("text") && readDelta.isString() ? readDelta.stringValue() : text;
    }
    return plain ? text : null;
  }

  @Override
  public void readFrame(JsonNode data, Consumer<Event> sink) {
    int index = data.path("index").asInt(0);
    switch (JsonTree.textOrEmpty(data, "type")) {
      case "message_start" -> {
        JsonNode message = data.path("message");
        emitUsage(message.path("usage"), true, sink);
        sink.accept(new Event.Begin(JsonTree.textOrEmpty(message, "id")));
      }
      case "content_block_start" -> block(data.path("content_block"), index, sink);
      case "content_block_delta" -> delta(data.path("delta"), index, sink);
      case "content_block_stop" -> {
        emitSignature(sink);
        sink.accept(new Event.CallComplete(index));
      }
      case "message_delta" -> {
        readStop(data.path("delta"));
        emitUsage(data.path("usage"), false, sink);
      }
      case "message_stop" -> sink.accept(new Event.End(stop, sequence));
      case "error" -> sink.accept(new Event.Failed(ErrorCodec.readInBand(data)));
      default -> {}
    }
  }

  private void block(JsonNode block, int index, Consumer<Event> sink) {
    switch (JsonTree.textOrEmpty(block, "type")) {
      case "text" -> sink.accept(new Event.Text(JsonTree.textOrEmpty(block, "text")));
      case "thinking" -> {
        sink.accept(new Event.Thought(JsonTree.textOrEmpty(block, "thinking")));
        signature.append(JsonTree.textOrEmpty(block, "signature"));
      }
      case "redacted_thinking" -> {
        String data = JsonTree.textOrEmpty(block, "data");
        sink.accept(
            new Event.ThoughtSigned(
                new ThoughtSignature("anthropic", BlockReader.REDACTED_PREFIX + data)));
      }
      case "tool_use" -> {
        String id = JsonTree.textOrEmpty(block, "id");
        sink.accept(new Event.ToolCall(index, id, JsonTree.textOrEmpty(block, "name"), null));
        if (!block.path("input").isEmpty()) {
          sink.accept(new Event.Arguments(index, JsonTree.text(block.get("input"))));
        }
      }
      default -> {}
    }
  }

  private void delta(JsonNode delta, int index, Consumer<Event> sink) {
    switch (JsonTree.textOrEmpty(delta, "type")) {
      case "text_delta" -> sink.accept(new Event.Text(JsonTree.textOrEmpty(delta, "text")));
      case "thinking_delta" ->
          sink.accept(new Event.Thought(JsonTree.textOrEmpty(delta, "thinking")));
      case "signature_delta" -> signature.append(JsonTree.textOrEmpty(delta, "signature"));
      case "input_json_delta" ->
          sink.accept(new Event.Arguments(index, JsonTree.textOrEmpty(delta, "partial_json")));
      default -> {}
    }
  }

  private void emitSignature(Consumer<Event> sink) {
    if (!signature.isEmpty()) {
      sink.accept(new Event.ThoughtSigned(new ThoughtSignature("anthropic", signature.toString())));
      signature.setLength(0);
    }
  }

  private void emitUsage(JsonNode counters, boolean atStart, Consumer<Event> sink) {
    usage.merge(counters, atStart);
    sink.accept(new Event.UsageReported(usage.report()));
  }

  private void readStop(JsonNode from) {
    sequence = JsonTree.text(from, "stop_sequence");
    stop =
        switch (JsonTree.textOrEmpty(from, "stop_reason")) {
          case "max_tokens" -> StopReason.MAX_TOKENS;
          case "stop_sequence" -> StopReason.STOP_SEQUENCE;
          case "tool_use" -> StopReason.TOOL_CALLS;
          case "refusal" -> StopReason.REFUSAL;
          case "pause_turn" -> StopReason.PAUSE;
          case "model_context_window_exceeded" -> StopReason.CONTEXT_FULL;
          default -> StopReason.END;
        };
  }

  @Override
  public void readComplete(JsonNode body, Consumer<Event> sink) {
    if (body.hasNonNull("error")) {
      sink.accept(new Event.Failed(ErrorCodec.readInBand(body)));
      return;
    }
    sink.accept(new Event.Begin(JsonTree.textOrEmpty(body, "id")));
    int index = 0;
    for (JsonNode block : body.path("content")) {
      block(block, index++, sink);
      emitSignature(sink);
    }
    emitUsage(body.path("usage"), false, sink);
    readStop(body);
    sink.accept(new Event.End(stop, sequence));
  }

  /** Does nothing: only {@code message_stop} ends an answer. */
  @Override
  public void end(Consumer<Event> sink) {}
}
