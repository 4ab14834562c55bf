package potluck.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.translate.FrameWriter;
import potluck.dialect.wire.JsonTree;

/** Writes the open item of a stream, and numbers the events. For one thread. */
final class ItemWriter {
  /** What an item is. */
  enum Kind {
    TEXT("response.output_text", "text"),
    REFUSAL("response.refusal", "refusal"),
    THOUGHT("response.reasoning_summary_text", "text"),
    CALL("response.function_call_arguments", "arguments"),
    /** A free-form tool: its text is in the arguments, and is known only when they are complete. */
    CUSTOM("response.custom_tool_call_input", "input");

    private final String event;
    private final String field;

    Kind(String event, String field) {
      this.event = event;
      this.field = field;
    }
  }

  private static final byte[] DELTA_SUFFIX = "}\n\n".getBytes(UTF_8);

  private final ResponseBuilder builder;
  private final ArrayNode output = JsonTree.array();
  private final StringBuilder buffer = new StringBuilder();
  private @Nullable Kind kind;
  private Event.@Nullable ToolCall call;
  private long sequenceNumber;
  private byte[] deltaPrefix = new byte[0];
  private byte[] deltaMiddle = new byte[0];

  ItemWriter(ResponseBuilder builder) {
    this.builder = builder;
  }

  /** All items that are done. */
  ArrayNode output() {
    return output;
  }

  /** Writes an event about the complete response. */
  void response(String type, ObjectNode response, FrameWriter out) {
    ObjectNode event = event(type);
    event.set("response", response);
    out.event(type, event);
  }

  /** Opens an item, unless one of the same kind is open; a call always opens a new one. */
  void open(Kind newKind, Event.@Nullable ToolCall newCall, FrameWriter out) {
    if (kind == newKind && newCall == null) {
      return;
    }
    close(null, out);
    boolean custom = newCall != null && builder.originalTool(newCall.name()).custom();
    kind = custom ? Kind.CUSTOM : newKind;
    call = newCall;
    deltaPrefix = new byte[0];
    int index = output.size();
    ObjectNode item =
        switch (newKind) {
          case TEXT, REFUSAL -> builder.message(index, "in_progress", null, false);
          case THOUGHT -> builder.thought(index, "", null);
          case CALL, CUSTOM ->
              builder.call(
                  index,
                  "in_progress",
                  newCall == null ? "" : newCall.id(),
                  newCall == null ? "" : newCall.name(),
                  "");
        };
    item("response.output_item.added", item, out);
    part("added", "", out);
  }

  /** Writes a piece of the open item. Pieces of a free-form tool are collected. */
  void delta(String piece, FrameWriter out) {
    if (kind == null) {
      return;
    }
    buffer.append(piece);
    if (kind == Kind.CUSTOM) {
      return;
    }
    if (deltaPrefix.length == 0) {
      prepareDelta(kind.event + ".delta");
    }
    out.raw(deltaPrefix);
    out.raw(Long.toString(sequenceNumber++));
    out.raw(deltaMiddle);
    out.jsonString(piece);
    out.raw(DELTA_SUFFIX);
  }

  /**
   * Prepares the constant parts of a delta event. The deltas of one item differ only in number and
   * text, so no tree is built for them.
   */
  private void prepareDelta(String type) {
    String event = JsonTree.text(itemEvent(type));
    sequenceNumber--;
    int digits = event.indexOf(':', event.indexOf("sequence_number")) + 1;
    deltaPrefix = ("event: " + type + "\ndata: " + event.substring(0, digits)).getBytes(UTF_8);
    String rest = event.substring(event.indexOf(',', digits), event.length() - 1);
    deltaMiddle = (rest + ",\"delta\":").getBytes(UTF_8);
  }

  /**
   * Ends the open item.
   *
   * @param signature of a thought; null if it is not signed
   */
  void close(@Nullable ThoughtSignature signature, FrameWriter out) {
    Kind closing = kind;
    if (closing == null) {
      return;
    }
    String text = closing == Kind.CALL && buffer.isEmpty() ? "{}" : buffer.toString();
    String content = closing == Kind.CUSTOM ? ToolMapping.freeTextOf(text) : text;
    if (closing == Kind.CUSTOM) {
      out.event(
          closing.event + ".delta", itemEvent(closing.event + ".delta").put("delta", content));
    }
    if (closing != Kind.THOUGHT || !text.isEmpty()) {
      String type = closing.event + ".done";
      out.event(type, itemEvent(type).put(closing.field, content));
    }
    part("done", text, out);
    int index = output.size();
    ObjectNode item =
        switch (closing) {
          case TEXT, REFUSAL -> builder.message(index, "completed", text, closing == Kind.REFUSAL);
          case THOUGHT -> builder.thought(index, text, signature);
          case CALL, CUSTOM ->
              builder.call(
                  index,
                  "completed",
                  call == null ? "" : call.id(),
                  call == null ? "" : call.name(),
                  text);
        };
    item("response.output_item.done", item, out);
    output.add(item);
    kind = null;
    call = null;
    buffer.setLength(0);
  }

  private void item(String type, ObjectNode item, FrameWriter out) {
    ObjectNode event = event(type).put("output_index", output.size());
    event.set("item", item);
    out.event(type, event);
  }

  private void part(String what, String text, FrameWriter out) {
    if (kind == Kind.TEXT || kind == Kind.REFUSAL) {
      String type = "response.content_part." + what;
      ObjectNode event = itemEvent(type);
      event.set("part", builder.part(text, kind == Kind.REFUSAL));
      out.event(type, event);
    } else if (kind == Kind.THOUGHT) {
      String type = "response.reasoning_summary_part." + what;
      ObjectNode event = itemEvent(type);
      event.putObject("part").put("type", "summary_text").put("text", text);
      out.event(type, event);
    }
  }

  private ObjectNode itemEvent(String type) {
    ObjectNode event = event(type);
    String prefix =
        switch (kind) {
          case CALL -> "fc";
          case CUSTOM -> "ctc";
          case THOUGHT -> "rs";
          case null, default -> "msg";
        };
    event.put("item_id", builder.itemId(prefix, output.size()));
    event.put("output_index", output.size());
    if (kind == Kind.THOUGHT) {
      event.put("summary_index", 0);
    } else if (kind != Kind.CALL && kind != Kind.CUSTOM) {
      event.put("content_index", 0);
    }
    return event;
  }

  private ObjectNode event(String type) {
    return JsonTree.object().put("type", type).put("sequence_number", sequenceNumber++);
  }
}
