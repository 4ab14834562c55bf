package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.EventReader;
import potluck.dialect.wire.JsonTree;

/** Reads answers of Gemini. Tool calls arrive complete, and often have no id. */
final class AnswerReader implements EventReader {
  private final TextFrameScan chunk = new TextFrameScan();
  private boolean started;
  private int keys;
  private @Nullable StopReason stop;

  @Override
  public boolean readTextFrame(byte[] b, int from, int to, Consumer<Event> sink) {
    String text = started ? chunk.read(b, from, to) : null;
    if (text == null) {
      return false;
    }
    JsonNode usage = chunk.usage();
    if (usage != null) {
      sink.accept(new Event.UsageReported(UsageCodec.read(usage)));
    }
    sink.accept(new Event.Text(text));
    return true;
  }

  @Override
  public void readFrame(JsonNode data, Consumer<Event> sink) {
    if (data.hasNonNull("error")) {
      sink.accept(new Event.Failed(ErrorCodec.readInBand(data)));
      return;
    }
    if (data.path("usageMetadata").isObject()) {
      sink.accept(new Event.UsageReported(UsageCodec.read(data.get("usageMetadata"))));
    }
    if (!started) {
      started = true;
      sink.accept(new Event.Begin(JsonTree.textOrEmpty(data, "responseId")));
    }
    JsonNode candidate = data.path("candidates").path(0);
    for (JsonNode part : candidate.path("content").path("parts")) {
      part(part, sink);
    }
    String reason = JsonTree.text(candidate, "finishReason");
    if (reason != null && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
      stop = stop(reason);
    }
    if (data.path("promptFeedback").hasNonNull("blockReason")) {
      stop = StopReason.REFUSAL;
    }
  }

  private void part(JsonNode part, Consumer<Event> sink) {
    JsonNode call = part.path("functionCall");
    ThoughtSignature signature = PartReader.signature(part);
    if (call.isObject()) {
      String id = JsonTree.textOrEmpty(call, "id");
      int key = keys++;
      String callId = id.isEmpty() ? "call_" + UUID.randomUUID() : id;
      sink.accept(new Event.ToolCall(key, callId, JsonTree.textOrEmpty(call, "name"), signature));
      JsonNode args = call.path("args").isObject() ? call.get("args") : JsonTree.object();
      sink.accept(new Event.Arguments(key, JsonTree.text(args)));
      sink.accept(new Event.CallComplete(key));
      return;
    }
    String text = JsonTree.textOrEmpty(part, "text");
    boolean thought = part.path("thought").asBoolean(false);
    sink.accept(thought ? new Event.Thought(text) : new Event.Text(text));
  }

  private static StopReason stop(String reason) {
    return switch (reason) {
      case "MAX_TOKENS" -> StopReason.MAX_TOKENS;
      case "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION",
          "LANGUAGE" ->
          StopReason.REFUSAL;
      case "MALFORMED_FUNCTION_CALL",
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MALFORMED_RESPONSE" ->
          StopReason.MALFORMED_CALL;
      default -> StopReason.END;
    };
  }

  @Override
  public void readComplete(JsonNode body, Consumer<Event> sink) {
    readFrame(body, sink);
    end(sink);
  }

  @Override
  public void end(Consumer<Event> sink) {
    if (stop != null) {
      sink.accept(new Event.End(stop, null));
    }
  }
}
