package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.ErrorObject;
import potluck.dialect.model.Event;
import potluck.dialect.model.Stop;
import potluck.dialect.translate.EventReader;
import potluck.dialect.wire.Tree;

/**
 * Reads answers of chat completions, and forgives what compatible servers do: calls without an
 * index or all with index 0, ids and names repeated or empty, usage anywhere.
 */
final class AnswerReader implements EventReader {
  private static final class Open {
    final int key;
    String id = "";
    boolean named;
    final StringBuilder early = new StringBuilder();

    Open(int key) {
      this.key = key;
    }
  }

  private final TextChunk chunk = new TextChunk();
  private final Map<Integer, Open> byIndex = new HashMap<>();
  private @Nullable Open last;
  private int keys;
  private boolean begun;
  private boolean refused;
  private @Nullable Stop stop;

  @Override
  public boolean text(byte[] b, int from, int to, Consumer<Event> sink) {
    String text = begun ? chunk.read(b, from, to) : null;
    if (text != null) {
      sink.accept(new Event.Text(text));
    }
    return text != null;
  }

  @Override
  public void frame(JsonNode data, Consumer<Event> sink) {
    if (data.hasNonNull("error")) {
      sink.accept(new Event.Failed(ErrorObject.inBand(data)));
      return;
    }
    read(data, "delta", sink);
  }

  @Override
  public void whole(JsonNode body, Consumer<Event> sink) {
    if (body.hasNonNull("error") && !body.has("choices")) {
      sink.accept(new Event.Failed(ErrorObject.inBand(body)));
      return;
    }
    read(body, "message", sink);
    end(sink);
  }

  private void read(JsonNode data, String piece, Consumer<Event> sink) {
    JsonNode choice = data.path("choices").path(0);
    if (!begun && choice.isObject()) {
      begun = true;
      sink.accept(new Event.Begin(Tree.textOrEmpty(data, "id")));
    }
    if (data.path("usage").isObject()) {
      sink.accept(new Event.Used(Usage.read(data.get("usage"))));
    }
    // A single chunk of some servers has a message where a delta is due.
    JsonNode said = choice.has(piece) ? choice.path(piece) : choice.path("message");
    said(said, sink);
    String reason = Tree.text(choice, "finish_reason");
    if (reason != null && !reason.isEmpty()) {
      stop = stop(reason);
    }
  }

  private void said(JsonNode said, Consumer<Event> sink) {
    String thought = Tree.textOrEmpty(said, "reasoning_content");
    sink.accept(
        new Event.Thought(thought.isEmpty() ? Tree.textOrEmpty(said, "reasoning") : thought));
    if (said.path("content").isTextual()) {
      sink.accept(new Event.Text(said.get("content").textValue()));
    }
    for (JsonNode part : said.path("content")) {
      sink.accept(new Event.Text(Tree.textOrEmpty(part, "text")));
    }
    String refusal = Tree.textOrEmpty(said, "refusal");
    refused |= !refusal.isEmpty();
    sink.accept(new Event.Refusal(refusal));
    for (JsonNode call : said.path("tool_calls")) {
      call(call, sink);
    }
  }

  private void call(JsonNode call, Consumer<Event> sink) {
    Open open = find(call);
    JsonNode function = call.path("function");
    String name = Tree.textOrEmpty(function, "name");
    String arguments = Tree.textOrEmpty(function, "arguments");
    if (function.path("arguments").isObject()) {
      arguments = Tree.text(function.get("arguments"));
    }
    if (!open.named && !name.isEmpty()) {
      open.named = true;
      String id = open.id.isEmpty() ? "call_" + UUID.randomUUID() : open.id;
      sink.accept(new Event.Call(open.key, id, name, PromptReader.seal(call)));
      arguments = open.early + arguments;
    }
    if (open.named) {
      sink.accept(new Event.Arguments(open.key, arguments));
    } else {
      open.early.append(arguments);
    }
  }

  /** A new id is a new call, whatever its index says. */
  private Open find(JsonNode call) {
    String id = Tree.textOrEmpty(call, "id");
    Integer index = call.path("index").isInt() ? call.get("index").intValue() : null;
    Open open = index == null ? last : byIndex.get(index);
    boolean other = open != null && !id.isEmpty() && !open.id.isEmpty() && !id.equals(open.id);
    if (open == null || other) {
      open = new Open(keys++);
      if (index != null) {
        byIndex.put(index, open);
      }
    }
    if (open.id.isEmpty()) {
      open.id = id;
    }
    last = open;
    return open;
  }

  @Override
  public void end(Consumer<Event> sink) {
    if (stop != null) {
      sink.accept(new Event.End(refused && stop == Stop.END ? Stop.REFUSAL : stop, null));
    }
  }

  private static Stop stop(String reason) {
    return switch (reason) {
      case "length" -> Stop.LENGTH;
      case "tool_calls", "function_call" -> Stop.CALLS;
      case "content_filter" -> Stop.REFUSAL;
      default -> Stop.END;
    };
  }
}
