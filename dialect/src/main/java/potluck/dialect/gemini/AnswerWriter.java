package potluck.dialect.gemini;

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
import potluck.dialect.translate.Fields;
import potluck.dialect.translate.Frames;
import potluck.dialect.wire.Tree;

/** Writes answers of Gemini: calls leave whole, and the last event says why it is the last. */
final class AnswerWriter implements EventWriter {
  private static final byte[] BEFORE =
      "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":"
          .getBytes(UTF_8);

  private final Ask ask;
  private final StringBuilder arguments = new StringBuilder();
  private Event.@Nullable Call call;
  private String id = "";
  private byte[] after = new byte[0];
  private Tokens tokens = Tokens.NONE;

  AnswerWriter(Ask ask) {
    this.ask = ask;
  }

  @Override
  public void write(Event event, Frames out) {
    switch (event) {
      case Event.Begin begin -> id = begin.id();
      case Event.Text text -> text(text.delta(), out);
      case Event.Refusal text -> part(Tree.object().put("text", text.delta()), out);
      case Event.Thought thought ->
          part(Tree.object().put("text", thought.delta()).put("thought", true), out);
      case Event.Call begun -> {
        flush(out);
        call = begun;
      }
      case Event.Arguments piece -> arguments.append(piece.delta());
      case Event.Used used -> tokens = tokens.then(used.tokens());
      case Event.End end -> {
        flush(out);
        out.data(chunk(Tree.array().add(Tree.object().put("text", "")), end.stop()));
      }
      case Event.Sealed _, Event.Complete _, Event.Failed _ -> {}
    }
  }

  /** Most of a stream is made of these, so no tree is built for them. */
  private void text(String piece, Frames out) {
    flush(out);
    if (after.length == 0) {
      String tail = Tree.text(Tree.object().put("modelVersion", ask.model()).put("responseId", id));
      after = ("}]},\"index\":0}]," + tail.substring(1) + "\n\n").getBytes(UTF_8);
    }
    out.raw(BEFORE);
    out.quoted(piece);
    out.raw(after);
  }

  private void part(ObjectNode part, Frames out) {
    flush(out);
    out.data(chunk(Tree.array().add(part), null));
  }

  private void flush(Frames out) {
    Event.Call complete = call;
    if (complete == null) {
      return;
    }
    call = null;
    ObjectNode part = call(complete.id(), complete.name(), arguments.toString(), complete.seal());
    arguments.setLength(0);
    out.data(chunk(Tree.array().add(part), null));
  }

  private static ObjectNode call(String id, String name, String arguments, @Nullable Seal seal) {
    ObjectNode part = Tree.object();
    ObjectNode function = part.putObject("functionCall").put("id", id).put("name", name);
    function.set("args", Fields.arguments(arguments));
    if (seal != null) {
      part.put("thoughtSignature", seal.belongsTo("gemini") ? seal.value() : seal.pack());
    }
    return part;
  }

  private ObjectNode chunk(ArrayNode parts, @Nullable Stop stop) {
    ObjectNode root = Tree.object();
    ObjectNode candidate = root.putArray("candidates").addObject();
    candidate.putObject("content").put("role", "model").set("parts", parts);
    if (stop != null) {
      candidate.put("finishReason", reason(stop));
      root.set("usageMetadata", Usage.write(tokens));
    }
    candidate.put("index", 0);
    root.put("modelVersion", ask.model()).put("responseId", id);
    return root;
  }

  @Override
  public JsonNode whole(Answer answer) {
    ArrayNode parts = Tree.array();
    for (Block block : answer.blocks()) {
      switch (block) {
        case Block.Text text -> parts.addObject().put("text", text.text());
        case Block.Thought thought when !thought.text().isEmpty() ->
            parts.addObject().put("text", thought.text()).put("thought", true);
        case Block.Call made ->
            parts.add(call(made.id(), made.name(), made.arguments(), made.seal()));
        case Block.Thought _, Block.Media _, Block.Result _ -> {}
      }
    }
    id = answer.id();
    tokens = answer.tokens();
    return chunk(parts, answer.stop());
  }

  private static String reason(Stop stop) {
    return switch (stop) {
      case END, SEQUENCE, CALLS, PAUSE -> "STOP";
      case LENGTH, CONTEXT -> "MAX_TOKENS";
      case REFUSAL -> "SAFETY";
      case BAD_CALL -> "MALFORMED_FUNCTION_CALL";
    };
  }
}
