package potluck.dialect.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Stop;
import potluck.dialect.model.Tokens;
import potluck.dialect.translate.Answer;
import potluck.dialect.translate.EventWriter;
import potluck.dialect.translate.Frames;
import potluck.dialect.wire.Tree;

/** Writes answers of chat completions. */
final class AnswerWriter implements EventWriter {
  private final Ask ask;
  private final long created;
  private String id = "chatcmpl-0";
  private Tokens tokens = Tokens.NONE;
  private int calls;
  private boolean empty;
  private byte[] before = new byte[0];
  private byte[] after = new byte[0];

  /**
   * @param created in seconds since 1970
   */
  AnswerWriter(Ask ask, long created) {
    this.ask = ask;
    this.created = created;
  }

  @Override
  public void write(Event event, Frames out) {
    switch (event) {
      case Event.Begin begin -> {
        id = begin.id().isEmpty() ? id : begin.id();
        delta(Tree.object().put("role", "assistant").put("content", ""), null, out);
      }
      case Event.Text text -> {
        complete(out);
        text(text.delta(), out);
      }
      case Event.Refusal text -> {
        complete(out);
        delta(Tree.object().put("refusal", text.delta()), null, out);
      }
      case Event.Thought text -> {
        complete(out);
        delta(Tree.object().put("reasoning_content", text.delta()), null, out);
      }
      case Event.Call call -> {
        complete(out);
        empty = true;
        calls++;
        delta(call(call), null, out);
      }
      case Event.Arguments piece -> {
        empty = false;
        arguments(piece.delta(), out);
      }
      case Event.Used used -> tokens = tokens.then(used.tokens());
      case Event.End end -> {
        complete(out);
        delta(Tree.object(), reason(end.stop()), out);
        if (ask.usageWanted()) {
          ObjectNode chunk = chunk();
          chunk.putArray("choices");
          chunk.set("usage", Usage.write(tokens));
          out.data(chunk);
        }
        out.raw("data: [DONE]\n\n");
      }
      case Event.Sealed _, Event.Complete _, Event.Failed _ -> {}
    }
  }

  /** A call without arguments is a call with none: an empty text would be no JSON. */
  private void complete(Frames out) {
    if (empty) {
      empty = false;
      arguments("{}", out);
    }
  }

  private ObjectNode call(Event.Call call) {
    ObjectNode delta = Tree.object();
    ObjectNode entry = delta.putArray("tool_calls").addObject();
    entry.put("index", calls - 1).put("id", call.id()).put("type", "function");
    entry.putObject("function").put("name", call.name()).put("arguments", "");
    seal(call.seal(), entry);
    return delta;
  }

  private void arguments(String piece, Frames out) {
    ObjectNode delta = Tree.object();
    ObjectNode entry = delta.putArray("tool_calls").addObject().put("index", calls - 1);
    entry.putObject("function").put("arguments", piece);
    delta(delta, null, out);
  }

  private static void seal(@Nullable Seal seal, ObjectNode call) {
    if (seal != null && seal.belongsTo("gemini")) {
      ObjectNode google = call.putObject("extra_content").putObject("google");
      google.put("thought_signature", seal.value());
    }
  }

  private void delta(ObjectNode delta, @Nullable String reason, Frames out) {
    ObjectNode chunk = chunk();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.put("finish_reason", reason);
    if (ask.usageWanted()) {
      chunk.putNull("usage");
    }
    out.data(chunk);
  }

  /** Most of a stream is made of these, so no tree is built for them. */
  private void text(String piece, Frames out) {
    if (before.length == 0) {
      ObjectNode chunk = chunk();
      String head = Tree.text(chunk);
      before =
          ("data: "
                  + head.substring(0, head.length() - 1)
                  + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":")
              .getBytes(UTF_8);
      after =
          ("},\"finish_reason\":null}]" + (ask.usageWanted() ? ",\"usage\":null" : "") + "}\n\n")
              .getBytes(UTF_8);
    }
    out.raw(before);
    out.quoted(piece);
    out.raw(after);
  }

  private ObjectNode chunk() {
    return Tree.object()
        .put("id", id)
        .put("object", "chat.completion.chunk")
        .put("created", created)
        .put("model", ask.model());
  }

  @Override
  public JsonNode whole(Answer answer) {
    ObjectNode root = Tree.object().put("id", answer.id().isEmpty() ? id : answer.id());
    root.put("object", "chat.completion").put("created", created).put("model", ask.model());
    ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
    ObjectNode message = choice.putObject("message").put("role", "assistant");
    String text = answer.joined(false);
    message.put("content", text.isEmpty() || answer.refused() ? null : text);
    message.put("refusal", answer.refused() ? text : null);
    String thoughts = answer.joined(true);
    if (!thoughts.isEmpty()) {
      message.put("reasoning_content", thoughts);
    }
    ArrayNode entries = Tree.array();
    for (Block block : answer.blocks()) {
      if (block instanceof Block.Call call) {
        ObjectNode entry = entries.addObject().put("id", call.id()).put("type", "function");
        entry.putObject("function").put("name", call.name()).put("arguments", call.arguments());
        seal(call.seal(), entry);
      }
    }
    if (!entries.isEmpty()) {
      message.set("tool_calls", entries);
    }
    choice.put("finish_reason", reason(answer.stop()));
    root.set("usage", Usage.write(answer.tokens()));
    return root;
  }

  private static String reason(Stop stop) {
    return switch (stop) {
      case END, SEQUENCE, BAD_CALL, PAUSE -> "stop";
      case LENGTH, CONTEXT -> "length";
      case CALLS -> "tool_calls";
      case REFUSAL -> "content_filter";
    };
  }
}
