package potluck.dialect.anthropic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.GenerationSettings;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.translate.AssembledAnswer;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.FrameWriter;
import potluck.dialect.translate.JsonFields;
import potluck.dialect.wire.JsonTree;

/** Writes answers of Anthropic's messages: contiguous blocks, one after another. */
final class AnswerWriter implements EventWriter {
  /** Signature of a thought that no provider expects back. */
  private static final ThoughtSignature UNSIGNED = new ThoughtSignature("nobody", "");

  private static final byte[] DELTA_SUFFIX = "}}\n\n".getBytes(US_ASCII);

  private final Ask ask;
  private final Prompt prompt;
  private final boolean thinkingOn;
  private final ToLongFunction<Prompt> inputEstimate;
  private TokenUsage tokens = TokenUsage.NONE;
  private final KeepAliveDelta pulse = new KeepAliveDelta();
  private int index = -1;
  private String open = "";
  private String deltaType = "";
  private byte[] deltaPrefix = new byte[0];

  /**
   * @param inputEstimate gives the input tokens of the first event, if the upstream has not
   *     reported them
   */
  AnswerWriter(Ask ask, Prompt prompt, ToLongFunction<Prompt> inputEstimate) {
    this.ask = ask;
    this.inputEstimate = inputEstimate;
    this.prompt = prompt;
    GenerationSettings.Thinking thinking = prompt.settings().thinking();
    this.thinkingOn = thinking != null && !thinking.isOff();
  }

  @Override
  public void write(Event event, FrameWriter out) {
    switch (event) {
      case Event.Begin begin -> start(begin.id(), out);
      case Event.Text text -> text(text.delta(), out);
      case Event.Refusal text -> text(text.delta(), out);
      case Event.Thought thought -> {
        open("thinking", null, out);
        delta("thinking_delta", "thinking", thought.delta(), out);
      }
      case Event.ThoughtSigned signed -> writeSignature(signed.signature(), out);
      case Event.ToolCall call -> {
        if (call.signature() != null && thinkingOn) {
          writeSignature(call.signature(), out);
        }
        close(out);
        open("tool_use", call, out);
      }
      case Event.Arguments piece -> delta("input_json_delta", "partial_json", piece.delta(), out);
      case Event.UsageReported usage -> tokens = tokens.mergeLater(usage.tokens());
      case Event.End end -> end(end, out);
      case Event.CallComplete _, Event.Failed _ -> {}
    }
  }

  /**
   * Writes the first event, with the input tokens that the upstream has reported, else an estimate.
   */
  private void start(String id, FrameWriter out) {
    ObjectNode event = JsonTree.object().put("type", "message_start");
    ObjectNode message = event.putObject("message").put("id", id(id));
    message.put("type", "message").put("role", "assistant").put("model", ask.model());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    long input = tokens.input() > 0 ? tokens.input() : inputEstimate.applyAsLong(prompt);
    TokenUsage first = new TokenUsage(input, tokens.cached(), tokens.cacheWritten(), 0, 0);
    message.set("usage", UsageAccumulator.write(first));
    out.event("message_start", event);
  }

  /** Clients expect that the id of a message begins with {@code msg_}. */
  private static String id(String upstream) {
    return upstream.isEmpty()
        ? "msg_0"
        : upstream.startsWith("msg_") ? upstream : "msg_" + upstream;
  }

  private void text(String text, FrameWriter out) {
    open("text", null, out);
    delta("text_delta", "text", text, out);
  }

  private void open(String kind, Event.@Nullable ToolCall call, FrameWriter out) {
    if (open.equals(kind) && call == null) {
      return;
    }
    close(out);
    open = kind;
    deltaType = "";
    index++;
    ObjectNode event = JsonTree.object().put("type", "content_block_start").put("index", index);
    ObjectNode block = event.putObject("content_block").put("type", kind);
    if (call != null) {
      block.put("id", call.id()).put("name", call.name()).putObject("input");
    } else if (kind.equals("thinking")) {
      block.put("thinking", "").put("signature", "");
    } else {
      block.put("text", "");
    }
    out.event("content_block_start", event);
    pulse.blockOpened(index, kind);
  }

  /** Writes a delta. They are most of a stream, so no tree is built for them. */
  private void delta(String type, String field, String value, FrameWriter out) {
    if (!type.equals(deltaType)) {
      deltaType = type;
      deltaPrefix =
          ("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"
                  + index
                  + ",\"delta\":{\"type\":\""
                  + type
                  + "\",\""
                  + field
                  + "\":")
              .getBytes(US_ASCII);
    }
    out.raw(deltaPrefix);
    out.jsonString(value);
    out.raw(DELTA_SUFFIX);
  }

  private void writeSignature(ThoughtSignature signature, FrameWriter out) {
    open("thinking", null, out);
    delta("signature_delta", "signature", signature.pack(), out);
    stop(out);
  }

  private void close(FrameWriter out) {
    if (open.equals("thinking")) {
      delta("signature_delta", "signature", UNSIGNED.pack(), out);
    }
    if (!open.isEmpty()) {
      stop(out);
    }
  }

  private void stop(FrameWriter out) {
    open = "";
    pulse.blockClosed();
    out.event(
        "content_block_stop",
        JsonTree.object().put("type", "content_block_stop").put("index", index));
  }

  private void end(Event.End end, FrameWriter out) {
    close(out);
    ObjectNode event = JsonTree.object().put("type", "message_delta");
    ObjectNode delta = event.putObject("delta").put("stop_reason", reason(end.stopReason()));
    delta.put("stop_sequence", end.stopSequence());
    event.set("usage", UsageAccumulator.write(tokens));
    out.event("message_delta", event);
    out.event("message_stop", JsonTree.object().put("type", "message_stop"));
  }

  @Override
  public byte @Nullable [] keepAlive() {
    return pulse.bytes();
  }

  @Override
  public JsonNode writeComplete(AssembledAnswer answer) {
    ObjectNode root = JsonTree.object().put("id", id(answer.id()));
    root.put("type", "message").put("role", "assistant").put("model", ask.model());
    ArrayNode content = root.putArray("content");
    for (Block block : answer.blocks()) {
      switch (block) {
        case Block.Text text -> content.addObject().put("type", "text").put("text", text.text());
        case Block.Thought thought -> thought(thought.text(), thought.signature(), content);
        case Block.ToolCall call -> {
          if (call.signature() != null && thinkingOn) {
            thought("", call.signature(), content);
          }
          ObjectNode entry = content.addObject().put("type", "tool_use").put("id", call.id());
          entry.put("name", call.name()).set("input", JsonFields.parseArguments(call.arguments()));
        }
        case Block.Media _, Block.ToolResult _ -> {}
      }
    }
    root.put("stop_reason", reason(answer.stopReason()))
        .put("stop_sequence", answer.stopSequence());
    root.set("usage", UsageAccumulator.write(answer.tokens()));
    return root;
  }

  private static void thought(
      String text, @Nullable ThoughtSignature signature, ArrayNode content) {
    ObjectNode entry = content.addObject().put("type", "thinking").put("thinking", text);
    entry.put("signature", (signature == null ? UNSIGNED : signature).pack());
  }

  private static String reason(StopReason stop) {
    return switch (stop) {
      case END, MALFORMED_CALL -> "end_turn";
      case STOP_SEQUENCE -> "stop_sequence";
      case MAX_TOKENS -> "max_tokens";
      case CONTEXT_FULL -> "model_context_window_exceeded";
      case TOOL_CALLS -> "tool_use";
      case REFUSAL -> "refusal";
      case PAUSE -> "pause_turn";
    };
  }
}
