package potluck.dialect.openai;

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
import potluck.dialect.wire.JsonTree;

/** Writes answers of chat completions. */
final class AnswerWriter implements EventWriter {
  private final Ask ask;
  private final long created;
  private String id = "chatcmpl-0";
  private TokenUsage tokens = TokenUsage.NONE;
  private int calls;
  private boolean argumentsEmpty;
  private byte[] textPrefix = new byte[0];
  private byte[] textSuffix = new byte[0];

  /**
   * @param created in seconds since 1970
   */
  AnswerWriter(Ask ask, long created) {
    this.ask = ask;
    this.created = created;
  }

  @Override
  public void write(Event event, FrameWriter out) {
    switch (event) {
      case Event.Begin begin -> {
        id = begin.id().isEmpty() ? id : begin.id();
        delta(JsonTree.object().put("role", "assistant").put("content", ""), null, out);
      }
      case Event.Text text -> {
        completeCall(out);
        text(text.delta(), out);
      }
      case Event.Refusal text -> {
        completeCall(out);
        delta(JsonTree.object().put("refusal", text.delta()), null, out);
      }
      case Event.Thought text -> {
        completeCall(out);
        delta(JsonTree.object().put("reasoning_content", text.delta()), null, out);
      }
      case Event.ToolCall call -> {
        completeCall(out);
        argumentsEmpty = true;
        calls++;
        delta(call(call), null, out);
      }
      case Event.Arguments piece -> {
        argumentsEmpty = false;
        arguments(piece.delta(), out);
      }
      case Event.UsageReported usage -> tokens = tokens.mergeLater(usage.tokens());
      case Event.End end -> {
        completeCall(out);
        delta(JsonTree.object(), reason(end.stopReason()), out);
        if (ask.usageWanted()) {
          ObjectNode chunk = chunk();
          chunk.putArray("choices");
          chunk.set("usage", UsageCodec.write(tokens));
          out.data(chunk);
        }
        out.raw("data: [DONE]\n\n");
      }
      case Event.ThoughtSigned _, Event.CallComplete _, Event.Failed _ -> {}
    }
  }

  /** Writes an empty object for a call without arguments, because an empty text is not JSON. */
  private void completeCall(FrameWriter out) {
    if (argumentsEmpty) {
      argumentsEmpty = false;
      arguments("{}", out);
    }
  }

  private ObjectNode call(Event.ToolCall call) {
    ObjectNode delta = JsonTree.object();
    ObjectNode entry = delta.putArray("tool_calls").addObject();
    entry.put("index", calls - 1).put("id", call.id()).put("type", "function");
    entry.putObject("function").put("name", call.name()).put("arguments", "");
    addSignature(call.signature(), entry);
    return delta;
  }

  private void arguments(String piece, FrameWriter out) {
    ObjectNode delta = JsonTree.object();
    ObjectNode entry = delta.putArray("tool_calls").addObject().put("index", calls - 1);
    entry.putObject("function").put("arguments", piece);
    delta(delta, null, out);
  }

  private static void addSignature(@Nullable ThoughtSignature signature, ObjectNode call) {
    if (signature != null && signature.belongsTo("gemini")) {
      ObjectNode google = call.putObject("extra_content").putObject("google");
      google.put("thought_signature", signature.value());
    }
  }

  private void delta(ObjectNode delta, @Nullable String reason, FrameWriter out) {
    ObjectNode chunk = chunk();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    if (ask.usageWanted()) {
      chunk.putNull("usage");
    }
    out.data(chunk);
  }

  /** Writes text. It is most of a stream, so no tree is built for it. */
  private void text(String piece, FrameWriter out) {
    if (textPrefix.length == 0) {
      ObjectNode chunk = chunk();
      String head = JsonTree.text(chunk);
      textPrefix =
          ("data: "
                  + head.substring(0, head.length() - 1)
                  + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":")
              .getBytes(UTF_8);
      textSuffix =
          ("},\"finish_reason\":null}]" + (ask.usageWanted() ? ",\"usage\":null" : "") + "}\n\n")
              .getBytes(UTF_8);
    }
    out.raw(textPrefix);
    out.jsonString(piece);
    out.raw(textSuffix);
  }

  private ObjectNode chunk() {
    return JsonTree.object()
        .put("id", id)
        .put("object", "chat.completion.chunk")
        .put("created", created)
        .put("model", ask.model());
  }

  @Override
  public JsonNode writeComplete(AssembledAnswer answer) {
    ObjectNode root = JsonTree.object().put("id", answer.id().isEmpty() ? id : answer.id());
    root.put("object", "chat.completion").put("created", created).put("model", ask.model());
    ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    String text = answer.joinedText(false);
    message.put("content", text.isEmpty() || answer.isRefusal() ? null : text);
    message.put("refusal", answer.isRefusal() ? text : null);
    String thoughts = answer.joinedText(true);
    if (!thoughts.isEmpty()) {
      message.put("reasoning_content", thoughts);
    }
    ArrayNode entries = JsonTree.array();
    for (Block block : answer.blocks()) {
      if (block instanceof Block.ToolCall call) {
        ObjectNode entry = entries.addObject().put("id", call.id()).put("type", "function");
        entry.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        addSignature(call.signature(), entry);
      }
    }
    if (!entries.isEmpty()) {
      message.set("tool_calls", entries);
    }
    choice.put("finish_reason", reason(answer.stopReason()));
    root.set("usage", UsageCodec.write(answer.tokens()));
    return root;
  }

  private static String reason(StopReason stop) {
    return switch (stop) {
      case END, STOP_SEQUENCE, MALFORMED_CALL, PAUSE -> "stop";
      case MAX_TOKENS, CONTEXT_FULL -> "length";
      case TOOL_CALLS -> "tool_calls";
      case REFUSAL -> "content_filter";
    };
  }
}
