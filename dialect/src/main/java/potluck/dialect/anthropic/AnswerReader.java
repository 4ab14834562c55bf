package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Stop;
import potluck.dialect.translate.EventReader;
import potluck.dialect.wire.Glance;
import potluck.dialect.wire.Tree;

/** Reads answers of the messages dialect. */
final class AnswerReader implements EventReader {
  private final Glance event = new Glance();
  private final Glance piece = new Glance();
  private final Usage usage = new Usage();
  private final StringBuilder signature = new StringBuilder();
  private Stop stop = Stop.END;
  private @Nullable String sequence;

  @Override
  public boolean text(byte[] b, int from, int to, Consumer<Event> sink) {
    String text = null;
    boolean delta = false;
    event.over(b, from, to);
    while (event.next()) {
      if (event.is("type")) {
        delta = event.holds("\"content_block_delta\"");
      } else if (event.is("delta") && delta) {
        text = piece();
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

  private @Nullable String piece() {
    String text = null;
    boolean plain = false;
    piece.over(event);
    while (piece.next()) {
      plain |= piece.is("type") && piece.holds("\"text_delta\"");
      text = piece.is("text") && piece.isText() ? piece.text() : text;
    }
    return plain ? text : null;
  }

  @Override
  public void frame(JsonNode data, Consumer<Event> sink) {
    int index = data.path("index").asInt(0);
    switch (Tree.textOrEmpty(data, "type")) {
      case "message_start" -> {
        JsonNode message = data.path("message");
        used(message.path("usage"), sink);
        sink.accept(new Event.Begin(Tree.textOrEmpty(message, "id")));
      }
      case "content_block_start" -> block(data.path("content_block"), index, sink);
      case "content_block_delta" -> delta(data.path("delta"), index, sink);
      case "content_block_stop" -> {
        sealed(sink);
        sink.accept(new Event.Complete(index));
      }
      case "message_delta" -> {
        stopped(data.path("delta"));
        used(data.path("usage"), sink);
      }
      case "message_stop" -> sink.accept(new Event.End(stop, sequence));
      case "error" -> sink.accept(new Event.Failed(Failures.inBand(data)));
      default -> {}
    }
  }

  private void block(JsonNode block, int index, Consumer<Event> sink) {
    switch (Tree.textOrEmpty(block, "type")) {
      case "text" -> sink.accept(new Event.Text(Tree.textOrEmpty(block, "text")));
      case "thinking" -> {
        sink.accept(new Event.Thought(Tree.textOrEmpty(block, "thinking")));
        signature.append(Tree.textOrEmpty(block, "signature"));
      }
      case "redacted_thinking" -> {
        String data = Tree.textOrEmpty(block, "data");
        sink.accept(new Event.Sealed(new Seal("anthropic", Blocks.REDACTED + data)));
      }
      case "tool_use" -> {
        String id = Tree.textOrEmpty(block, "id");
        sink.accept(new Event.Call(index, id, Tree.textOrEmpty(block, "name"), null));
        if (!block.path("input").isEmpty()) {
          sink.accept(new Event.Arguments(index, Tree.text(block.get("input"))));
        }
      }
      default -> {}
    }
  }

  private void delta(JsonNode delta, int index, Consumer<Event> sink) {
    switch (Tree.textOrEmpty(delta, "type")) {
      case "text_delta" -> sink.accept(new Event.Text(Tree.textOrEmpty(delta, "text")));
      case "thinking_delta" -> sink.accept(new Event.Thought(Tree.textOrEmpty(delta, "thinking")));
      case "signature_delta" -> signature.append(Tree.textOrEmpty(delta, "signature"));
      case "input_json_delta" ->
          sink.accept(new Event.Arguments(index, Tree.textOrEmpty(delta, "partial_json")));
      default -> {}
    }
  }

  private void sealed(Consumer<Event> sink) {
    if (!signature.isEmpty()) {
      sink.accept(new Event.Sealed(new Seal("anthropic", signature.toString())));
      signature.setLength(0);
    }
  }

  private void used(JsonNode counters, Consumer<Event> sink) {
    usage.merge(counters);
    sink.accept(new Event.Used(usage.tokens()));
  }

  private void stopped(JsonNode from) {
    sequence = Tree.text(from, "stop_sequence");
    stop =
        switch (Tree.textOrEmpty(from, "stop_reason")) {
          case "max_tokens" -> Stop.LENGTH;
          case "stop_sequence" -> Stop.SEQUENCE;
          case "tool_use" -> Stop.CALLS;
          case "refusal" -> Stop.REFUSAL;
          case "pause_turn" -> Stop.PAUSE;
          case "model_context_window_exceeded" -> Stop.CONTEXT;
          default -> Stop.END;
        };
  }

  @Override
  public void whole(JsonNode body, Consumer<Event> sink) {
    if (body.hasNonNull("error")) {
      sink.accept(new Event.Failed(Failures.inBand(body)));
      return;
    }
    sink.accept(new Event.Begin(Tree.textOrEmpty(body, "id")));
    int index = 0;
    for (JsonNode block : body.path("content")) {
      block(block, index++, sink);
      sealed(sink);
    }
    used(body.path("usage"), sink);
    stopped(body);
    sink.accept(new Event.End(stop, sequence));
  }

  /** Only {@code message_stop} ends an answer. */
  @Override
  public void end(Consumer<Event> sink) {}
}
