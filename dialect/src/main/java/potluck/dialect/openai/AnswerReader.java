package potluck.dialect.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.OpenAiErrorObject;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;
import potluck.dialect.translate.EventReader;
import potluck.dialect.wire.JsonTree;

/**
 * Reads answers of chat completions. Tolerates deviations of compatible servers: calls without an
 * index or all with index 0, ids and names repeated or empty, usage in any chunk.
 */
final class AnswerReader implements EventReader {
  private static final class OpenCall {
    final int key;
    String id = "";
    boolean named;
    final StringBuilder pendingArguments = new StringBuilder();

    OpenCall(int key) {
      this.key = key;
    }
  }

  private final TextFrameScan chunk = new TextFrameScan();
  private final Map<Integer, OpenCall> byIndex = new HashMap<>();
  private @Nullable OpenCall last;
  private int keys;
  private boolean started;
  private boolean refused;
  private @Nullable StopReason stop;

  @Override
  public boolean readTextFrame(byte[] b, int from, int to, Consumer<Event> sink) {
    String text = started ? chunk.read(b, from, to) : null;
    if (text != null) {
      sink.accept(new Event.Text(text));
    }
    return text != null;
  }

  @Override
  public void readFrame(JsonNode data, Consumer<Event> sink) {
    if (data.hasNonNull("error")) {
      sink.accept(new Event.Failed(OpenAiErrorObject.readInBand(data)));
      return;
    }
    read(data, "delta", sink);
  }

  @Override
  public void readComplete(JsonNode body, Consumer<Event> sink) {
    if (body.hasNonNull("error") && !body.has("choices")) {
      sink.accept(new Event.Failed(OpenAiErrorObject.readInBand(body)));
      return;
    }
    read(body, "message", sink);
    end(sink);
  }

  private void read(JsonNode data, String piece, Consumer<Event> sink) {
    JsonNode choice = data.path("choices").path(0);
    if (!started && choice.isObject()) {
      started = true;
      sink.accept(new Event.Begin(JsonTree.textOrEmpty(data, "id")));
    }
    if (data.path("usage").isObject()) {
      sink.accept(new Event.UsageReported(UsageCodec.read(data.get("usage"))));
    }
    // Some servers send a message instead of a delta in a single chunk.
    JsonNode message = choice.has(piece) ? choice.path(piece) : choice.path("message");
    readMessage(message, sink);
    String reason = JsonTree.text(choice, "finish_reason");
    if (reason != null && !reason.isEmpty()) {
      stop = stop(reason);
    }
  }

  private void readMessage(JsonNode message, Consumer<Event> sink) {
    String thought = JsonTree.textOrEmpty(message, "reasoning_content");
    sink.accept(
        new Event.Thought(
            thought.isEmpty() ? JsonTree.textOrEmpty(message, "reasoning") : thought));
    if (message.path("content").isTextual()) {
      sink.accept(new Event.Text(message.get("content").textValue()));
    }
    for (JsonNode part : message.path("content")) {
      sink.accept(new Event.Text(JsonTree.textOrEmpty(part, "text")));
    }
    String refusal = JsonTree.textOrEmpty(message, "refusal");
    refused |= !refusal.isEmpty();
    sink.accept(new Event.Refusal(refusal));
    for (JsonNode call : message.path("tool_calls")) {
      call(call, sink);
    }
  }

  private void call(JsonNode call, Consumer<Event> sink) {
    OpenCall open = find(call);
    JsonNode function = call.path("function");
    String name = JsonTree.textOrEmpty(function, "name");
    String arguments = JsonTree.textOrEmpty(function, "arguments");
    if (function.path("arguments").isObject()) {
      arguments = JsonTree.text(function.get("arguments"));
    }
    if (!open.named && !name.isEmpty()) {
      open.named = true;
      String id = open.id.isEmpty() ? "call_" + UUID.randomUUID() : open.id;
      sink.accept(new Event.ToolCall(open.key, id, name, PromptReader.signature(call)));
      arguments = open.pendingArguments + arguments;
    }
    if (open.named) {
      sink.accept(new Event.Arguments(open.key, arguments));
    } else {
      open.pendingArguments.append(arguments);
    }
  }

  /** Finds the call that a delta belongs to. A new id starts a new call, whatever its index. */
  private OpenCall find(JsonNode call) {
    String id = JsonTree.textOrEmpty(call, "id");
    Integer index = call.path("index").isInt() ? call.get("index").intValue() : null;
    OpenCall open = index == null ? last : byIndex.get(index);
    boolean other = open != null && !id.isEmpty() && !open.id.isEmpty() && !id.equals(open.id);
    if (open == null || other) {
      open = new OpenCall(keys++);
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
      sink.accept(
          new Event.End(refused && stop == StopReason.END ? StopReason.REFUSAL : stop, null));
    }
  }

  private static StopReason stop(String reason) {
    return switch (reason) {
      case "length" -> StopReason.MAX_TOKENS;
      case "tool_calls", "function_call" -> StopReason.TOOL_CALLS;
      case "content_filter" -> StopReason.REFUSAL;
      default -> StopReason.END;
    };
  }
}
