package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.EventReader;
import potluck.dialect.wire.FrameScan;
import potluck.dialect.wire.JsonTree;

/** Reads answers of OpenAI's responses. */
final class AnswerReader implements EventReader {
  /** Indexes of items that were streamed, so that their complete form adds nothing. */
  private final Set<Integer> streamed = new HashSet<>();

  private final FrameScan event = new FrameScan();
  private boolean refused;

  @Override
  public boolean readTextFrame(byte[] b, int from, int to, Consumer<Event> sink) {
    String text = null;
    int index = -1;
    boolean delta = false;
    event.enter(b, from, to);
    while (event.next()) {
      if (event.nameIs("type")) {
        delta = event.valueIs("\"response.output_text.delta\"");
      } else if (event.nameIs("delta") && event.isString()) {
        text = event.stringValue();
      } else if (event.nameIs("output_index")) {
        index = event.intValue();
      }
      if (!delta) {
        return false;
      }
    }
    if (text == null || index < 0) {
      return false;
    }
    piece(index, new Event.Text(text), sink);
    return true;
  }

  @Override
  public void readFrame(JsonNode data, Consumer<Event> sink) {
    int index = data.path("output_index").asInt(0);
    String delta = JsonTree.textOrEmpty(data, "delta");
    JsonNode item = data.path("item");
    JsonNode response = data.path("response");
    switch (JsonTree.textOrEmpty(data, "type")) {
      case "response.created" -> sink.accept(new Event.Begin(JsonTree.textOrEmpty(response, "id")));
      case "response.output_item.added" -> {
        if (JsonTree.textOrEmpty(item, "type").equals("function_call")) {
          begin(item, index, sink);
        }
      }
      case "response.output_text.delta" -> piece(index, new Event.Text(delta), sink);
      case "response.refusal.delta" -> {
        refused = true;
        piece(index, new Event.Refusal(delta), sink);
      }
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
          piece(index, new Event.Thought(delta), sink);
      case "response.function_call_arguments.delta" ->
          piece(index, new Event.Arguments(index, delta), sink);
      case "response.output_item.done" -> item(item, index, sink);
      case "response.completed", "response.incomplete" -> finish(response, sink);
      case "response.failed", "error" -> sink.accept(new Event.Failed(StreamErrors.read(data)));
      default -> {}
    }
  }

  private void piece(int index, Event event, Consumer<Event> sink) {
    streamed.add(index);
    sink.accept(event);
  }

  private static void begin(JsonNode item, int index, Consumer<Event> sink) {
    String id = JsonTree.textOrEmpty(item, "call_id");
    sink.accept(new Event.ToolCall(index, id, JsonTree.textOrEmpty(item, "name"), null));
  }

  private void item(JsonNode item, int index, Consumer<Event> sink) {
    boolean isNew = streamed.add(index);
    switch (JsonTree.textOrEmpty(item, "type")) {
      case "function_call" -> {
        if (isNew) {
          sink.accept(new Event.Arguments(index, JsonTree.textOrEmpty(item, "arguments")));
        }
        sink.accept(new Event.CallComplete(index));
      }
      case "message" -> {
        for (JsonNode part : item.path("content")) {
          String refusal = JsonTree.textOrEmpty(part, "refusal");
          refused |= !refusal.isEmpty();
          if (isNew) {
            sink.accept(new Event.Text(JsonTree.textOrEmpty(part, "text")));
            sink.accept(new Event.Refusal(refusal));
          }
        }
      }
      case "reasoning" -> {
        for (JsonNode part : item.path("summary")) {
          if (isNew) {
            sink.accept(new Event.Thought(JsonTree.textOrEmpty(part, "text")));
          }
        }
        String encrypted = JsonTree.textOrEmpty(item, "encrypted_content");
        if (!encrypted.isEmpty()) {
          sink.accept(new Event.ThoughtSigned(new ThoughtSignature("responses", encrypted)));
        }
      }
      default -> {}
    }
  }

  private void finish(JsonNode response, Consumer<Event> sink) {
    sink.accept(new Event.UsageReported(UsageCodec.read(response.path("usage"))));
    String why = JsonTree.textOrEmpty(response.path("incomplete_details"), "reason");
    StopReason stop =
        switch (why) {
          case "content_filter" -> StopReason.REFUSAL;
          case "" -> refused ? StopReason.REFUSAL : StopReason.END;
          default -> StopReason.MAX_TOKENS;
        };
    sink.accept(new Event.End(stop, null));
  }

  @Override
  public void readComplete(JsonNode body, Consumer<Event> sink) {
    if (body.hasNonNull("error")) {
      sink.accept(new Event.Failed(StreamErrors.read(body)));
      return;
    }
    sink.accept(new Event.Begin(JsonTree.textOrEmpty(body, "id")));
    int index = 0;
    for (JsonNode item : body.path("output")) {
      if (JsonTree.textOrEmpty(item, "type").equals("function_call")) {
        begin(item, index, sink);
      }
      item(item, index++, sink);
    }
    finish(body, sink);
  }

  /** Does nothing: only the terminal event ends an answer. */
  @Override
  public void end(Consumer<Event> sink) {}
}
