package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Stop;
import potluck.dialect.translate.EventReader;
import potluck.dialect.wire.Tree;

/** Reads answers of Gemini: calls come whole, and ids are often missing. */
final class AnswerReader implements EventReader {
  private final TextChunk chunk = new TextChunk();
  private boolean begun;
  private int keys;
  private @Nullable Stop stop;

  @Override
  public boolean text(byte[] b, int from, int to, Consumer<Event> sink) {
    String text = begun ? chunk.read(b, from, to) : null;
    if (text == null) {
      return false;
    }
    JsonNode usage = chunk.usage();
    if (usage != null) {
      sink.accept(new Event.Used(Usage.read(usage)));
    }
    sink.accept(new Event.Text(text));
    return true;
  }

  @Override
  public void frame(JsonNode data, Consumer<Event> sink) {
    if (data.hasNonNull("error")) {
      sink.accept(new Event.Failed(Failures.inBand(data)));
      return;
    }
    if (data.path("usageMetadata").isObject()) {
      sink.accept(new Event.Used(Usage.read(data.get("usageMetadata"))));
    }
    if (!begun) {
      begun = true;
      sink.accept(new Event.Begin(Tree.textOrEmpty(data, "responseId")));
    }
    JsonNode candidate = data.path("candidates").path(0);
    for (JsonNode part : candidate.path("content").path("parts")) {
      part(part, sink);
    }
    String reason = Tree.text(candidate, "finishReason");
    if (reason != null && !reason.equals("FINISH_REASON_UNSPECIFIED")) {
      stop = stop(reason);
    }
    if (data.path("promptFeedback").hasNonNull("blockReason")) {
      stop = Stop.REFUSAL;
    }
  }

  private void part(JsonNode part, Consumer<Event> sink) {
    JsonNode call = part.path("functionCall");
    Seal seal = Parts.seal(part);
    if (call.isObject()) {
      String id = Tree.textOrEmpty(call, "id");
      int key = keys++;
      String known = id.isEmpty() ? "call_" + UUID.randomUUID() : id;
      sink.accept(new Event.Call(key, known, Tree.textOrEmpty(call, "name"), seal));
      JsonNode args = call.path("args").isObject() ? call.get("args") : Tree.object();
      sink.accept(new Event.Arguments(key, Tree.text(args)));
      sink.accept(new Event.Complete(key));
      return;
    }
    String text = Tree.textOrEmpty(part, "text");
    boolean thought = part.path("thought").asBoolean(false);
    sink.accept(thought ? new Event.Thought(text) : new Event.Text(text));
  }

  private static Stop stop(String reason) {
    return switch (reason) {
      case "MAX_TOKENS" -> Stop.LENGTH;
      case "SAFETY",
          "RECITATION",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT",
          "IMAGE_RECITATION",
          "LANGUAGE" ->
          Stop.REFUSAL;
      case "MALFORMED_FUNCTION_CALL",
          "UNEXPECTED_TOOL_CALL",
          "TOO_MANY_TOOL_CALLS",
          "MALFORMED_RESPONSE" ->
          Stop.BAD_CALL;
      default -> Stop.END;
    };
  }

  @Override
  public void whole(JsonNode body, Consumer<Event> sink) {
    frame(body, sink);
    end(sink);
  }

  @Override
  public void end(Consumer<Event> sink) {
    if (stop != null) {
      sink.accept(new Event.End(stop, null));
    }
  }
}
