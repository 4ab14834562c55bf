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
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Settings;
import potluck.dialect.model.Stop;
import potluck.dialect.model.Tokens;
import potluck.dialect.translate.Answer;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Fields;
import potluck.dialect.translate.Frames;
import potluck.dialect.wire.Tree;

/** Writes answers of the messages dialect: contiguous blocks, one after another. */
final class AnswerWriter implements EventWriter {
  /** Signs what no provider will want back. */
  private static final Seal UNSIGNED = new Seal("nobody", "");

  private static final byte[] AFTER = "}}\n\n".getBytes(US_ASCII);

  private final Ask ask;
  private final Prompt prompt;
  private final boolean thinks;
  private final ToLongFunction<Prompt> early;
  private Tokens tokens = Tokens.NONE;
  private final Pulse pulse = new Pulse();
  private int index = -1;
  private String open = "";
  private String shape = "";
  private byte[] before = new byte[0];

  /**
   * @param early the input tokens to begin with where the upstream has not said
   */
  AnswerWriter(Ask ask, Prompt prompt, ToLongFunction<Prompt> early) {
    this.ask = ask;
    this.early = early;
    this.prompt = prompt;
    Settings.Thinking thinking = prompt.settings().thinking();
    this.thinks = thinking != null && !thinking.off();
  }

  @Override
  public void write(Event event, Frames out) {
    switch (event) {
      case Event.Begin begin -> start(begin.id(), out);
      case Event.Text text -> text(text.delta(), out);
      case Event.Refusal text -> text(text.delta(), out);
      case Event.Thought thought -> {
        open("thinking", null, out);
        delta("thinking_delta", "thinking", thought.delta(), out);
      }
      case Event.Sealed sealed -> seal(sealed.seal(), out);
      case Event.Call call -> {
        if (call.seal() != null && thinks) {
          seal(call.seal(), out);
        }
        close(out);
        open("tool_use", call, out);
      }
      case Event.Arguments piece -> delta("input_json_delta", "partial_json", piece.delta(), out);
      case Event.Used used -> tokens = tokens.then(used.tokens());
      case Event.End end -> end(end, out);
      case Event.Complete _, Event.Failed _ -> {}
    }
  }

  /** The early count is what the upstream said already, else the best guess there is. */
  private void start(String id, Frames out) {
    ObjectNode event = Tree.object().put("type", "message_start");
    ObjectNode message = event.putObject("message").put("id", id(id));
    message.put("type", "message").put("role", "assistant").put("model", ask.model());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    long input = tokens.input() > 0 ? tokens.input() : early.applyAsLong(prompt);
    Tokens first = new Tokens(input, tokens.cached(), tokens.written(), 0, 0);
    message.set("usage", Usage.write(first));
    out.event("message_start", event);
  }

  /** Clients tell a message by how its id begins, whoever answered. */
  private static String id(String upstream) {
    return upstream.isEmpty()
        ? "msg_0"
        : upstream.startsWith("msg_") ? upstream : "msg_" + upstream;
  }

  private void text(String text, Frames out) {
    open("text", null, out);
    delta("text_delta", "text", text, out);
  }

  private void open(String kind, Event.@Nullable Call call, Frames out) {
    if (open.equals(kind) && call == null) {
      return;
    }
    close(out);
    open = kind;
    shape = "";
    index++;
    ObjectNode event = Tree.object().put("type", "content_block_start").put("index", index);
    ObjectNode block = event.putObject("content_block").put("type", kind);
    if (call != null) {
      block.put("id", call.id()).put("name", call.name()).putObject("input");
    } else if (kind.equals("thinking")) {
      block.put("thinking", "").put("signature", "");
    } else {
      block.put("text", "");
    }
    out.event("content_block_start", event);
    pulse.open(index, kind);
  }

  /** Most of a stream is made of these, so no tree is built for them. */
  private void delta(String type, String field, String value, Frames out) {
    if (!type.equals(shape)) {
      shape = type;
      before =
          ("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"
                  + index
                  + ",\"delta\":{\"type\":\""
                  + type
                  + "\",\""
                  + field
                  + "\":")
              .getBytes(US_ASCII);
    }
    out.raw(before);
    out.quoted(value);
    out.raw(AFTER);
  }

  private void seal(Seal seal, Frames out) {
    open("thinking", null, out);
    delta("signature_delta", "signature", seal.pack(), out);
    stop(out);
  }

  private void close(Frames out) {
    if (open.equals("thinking")) {
      delta("signature_delta", "signature", UNSIGNED.pack(), out);
    }
    if (!open.isEmpty()) {
      stop(out);
    }
  }

  private void stop(Frames out) {
    open = "";
    pulse.close();
    out.event(
        "content_block_stop", Tree.object().put("type", "content_block_stop").put("index", index));
  }

  private void end(Event.End end, Frames out) {
    close(out);
    ObjectNode event = Tree.object().put("type", "message_delta");
    ObjectNode delta = event.putObject("delta").put("stop_reason", reason(end.stop()));
    delta.put("stop_sequence", end.sequence());
    event.set("usage", Usage.write(tokens));
    out.event("message_delta", event);
    out.event("message_stop", Tree.object().put("type", "message_stop"));
  }

  @Override
  public byte @Nullable [] pulse() {
    return pulse.bytes();
  }

  @Override
  public JsonNode whole(Answer answer) {
    ObjectNode root = Tree.object().put("id", id(answer.id()));
    root.put("type", "message").put("role", "assistant").put("model", ask.model());
    ArrayNode content = root.putArray("content");
    for (Block block : answer.blocks()) {
      switch (block) {
        case Block.Text text -> content.addObject().put("type", "text").put("text", text.text());
        case Block.Thought thought -> thought(thought.text(), thought.seal(), content);
        case Block.Call call -> {
          if (call.seal() != null && thinks) {
            thought("", call.seal(), content);
          }
          ObjectNode entry = content.addObject().put("type", "tool_use").put("id", call.id());
          entry.put("name", call.name()).set("input", Fields.arguments(call.arguments()));
        }
        case Block.Media _, Block.Result _ -> {}
      }
    }
    root.put("stop_reason", reason(answer.stop())).put("stop_sequence", answer.sequence());
    root.set("usage", Usage.write(answer.tokens()));
    return root;
  }

  private static void thought(String text, @Nullable Seal seal, ArrayNode content) {
    ObjectNode entry = content.addObject().put("type", "thinking").put("thinking", text);
    entry.put("signature", (seal == null ? UNSIGNED : seal).pack());
  }

  private static String reason(Stop stop) {
    return switch (stop) {
      case END, BAD_CALL -> "end_turn";
      case SEQUENCE -> "stop_sequence";
      case LENGTH -> "max_tokens";
      case CONTEXT -> "model_context_window_exceeded";
      case CALLS -> "tool_use";
      case REFUSAL -> "refusal";
      case PAUSE -> "pause_turn";
    };
  }
}
