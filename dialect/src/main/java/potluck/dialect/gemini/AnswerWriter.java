package potluck.dialect.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.translate.AssembledAnswer;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.FrameWriter;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonTree;

/**
 * Writes answers of Gemini. Tool calls are written when they are complete, and the last event has
 * the finish reason.
 */
final class AnswerWriter implements EventWriter {
  private static final byte[] TEXT_PREFIX =
      "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
          .getBytes(UTF_8);

  private final Ask ask;
  private final StringBuilder arguments = new StringBuilder();
  private Event.@Nullable ToolCall call;
  private String id = "";
  private byte[] textSuffix = new byte[0];
  private TokenUsage tokens = TokenUsage.NONE;

  AnswerWriter(Ask ask) {
    this.ask = ask;
  }

  @Override
  public void write(Event event, FrameWriter out) {
    switch (event) {
      case Event.Begin begin -> id = begin.id();
      case Event.Text text -> text(text.delta(), out);
      case Event.Refusal text -> part(JsonTree.object().put("text", text.delta()), out);
      case Event.Thought thought ->
          part(JsonTree.object().put("text", thought.delta()).put("thought", true), out);
      case Event.ToolCall started -> {
        flush(out);
        call = started;
      }
      case Event.Arguments piece -> arguments.append(piece.delta());
      case Event.UsageReported usage -> tokens = tokens.mergeLater(usage.tokens());
      case Event.End end -> {
        flush(out);
        out.data(chunk(JsonTree.array().add(JsonTree.object().put("text", "")), end.stopReason()));
      }
      case Event.ThoughtSigned _, Event.CallComplete _, Event.Failed _ -> {}
    }
  }

  /** Writes text. It is most of a stream, so no tree is built for it. */
  private void text(String piece, FrameWriter out) {
    flush(out);
    if (textSuffix.length == 0) {
      String tail =
          JsonTree.text(JsonTree.object().put("modelVersion", ask.model()).put("responseId", id));
      textSuffix = ("}]},\"index\":0}]," + tail.substring(1) + "\n\n").getBytes(UTF_8);
    }
    out.raw(TEXT_PREFIX);
    out.jsonString(piece);
    out.raw(textSuffix);
  }

  private void part(ObjectNode part, FrameWriter out) {
    flush(out);
    out.data(chunk(JsonTree.array().add(part), null));
  }

  private void flush(FrameWriter out) {
    Event.ToolCall complete = call;
    if (complete == null) {
      return;
    }
    call = null;
    ObjectNode part =
        call(complete.id(), complete.name(), arguments.toString(), complete.signature());
    arguments.setLength(0);
    out.data(chunk(JsonTree.array().add(part), null));
  }

  private static ObjectNode call(
      String id, String name, String arguments, @Nullable ThoughtSignature signature) {
    ObjectNode part = JsonTree.object();
    ObjectNode function = part.putObject("functionCall").put("id", id).put("name", name);
    function.set("args", JsonFields.parseArguments(arguments));
    if (signature != null) {
      part.put(
          "thoughtSignature", signature.belongsTo("gemini") ? signature.value() : signature.pack());
    }
    return part;
  }

  private ObjectNode chunk(ArrayNode parts, @Nullable StopReason stop) {
    ObjectNode root = JsonTree.object();
    ObjectNode candidate = root.putArray("candidates").addObject();
    candidate.putObject("content").put("role", "model").set("parts", parts);
    if (stop != null) {
      candidate.put("finishReason", reason(stop));
      root.set("usageMetadata", UsageCodec.write(tokens));
    }
    candidate.put("index", 0);
    root.put("modelVersion", ask.model()).put("responseId", id);
    return root;
  }

  @Override
  public JsonNode writeComplete(AssembledAnswer answer) {
    ArrayNode parts = JsonTree.array();
    for (Block block : answer.blocks()) {
      switch (block) {
        case Block.Text text -> parts.addObject().put("text", text.text());
        case Block.Thought thought when !thought.text().isEmpty() ->
            parts.addObject().put("text", thought.text()).put("thought", true);
        case Block.ToolCall made ->
            parts.add(call(made.id(), made.name(), made.arguments(), made.signature()));
        case Block.Thought _, Block.Media _, Block.ToolResult _ -> {}
      }
    }
    id = answer.id();
    tokens = answer.tokens();
    return chunk(parts, answer.stopReason());
  }

  private static String reason(StopReason stop) {
    return switch (stop) {
      case END, STOP_SEQUENCE, TOOL_CALLS, PAUSE -> "STOP";
      case MAX_TOKENS, CONTEXT_FULL -> "MAX_TOKENS";
      case REFUSAL -> "SAFETY";
      case MALFORMED_CALL -> "MALFORMED_FUNCTION_CALL";
    };
  }
}
