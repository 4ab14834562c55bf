package potluck.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Stop;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.Tree;

/** The response object and its items. Used by one thread. */
final class Envelope {
  private final byte[] request;
  private final String model;
  private final long created;
  private String id = "0";
  private @Nullable Toolbox toolbox;

  /**
   * @param created in seconds since 1970
   */
  Envelope(Ask ask, long created) {
    this.request = ask.body();
    this.model = ask.model();
    this.created = created;
  }

  void id(String upstream) {
    id = upstream.isEmpty() ? id : upstream;
  }

  /** The id of an item, which is the same in all its events. */
  String item(String prefix, int index) {
    return prefix + "_" + id + "_" + index;
  }

  ObjectNode running() {
    ObjectNode response = response("in_progress");
    response.putArray("output");
    response.putNull("usage");
    return response;
  }

  ObjectNode done(ArrayNode output, Stop stop, Tokens tokens) {
    String why =
        switch (stop) {
          case LENGTH, CONTEXT -> "max_output_tokens";
          case REFUSAL -> "content_filter";
          default -> "";
        };
    ObjectNode response = response(why.isEmpty() ? "completed" : "incomplete");
    if (!why.isEmpty()) {
      response.putObject("incomplete_details").put("reason", why);
    }
    response.set("output", output);
    response.set("usage", Usage.write(tokens));
    return response;
  }

  private ObjectNode response(String status) {
    ObjectNode response = Tree.object().put("id", id.startsWith("resp_") ? id : "resp_" + id);
    response.put("object", "response").put("created_at", created).put("status", status);
    response.putNull("error").putNull("incomplete_details");
    response.put("model", model).put("parallel_tool_calls", true);
    response.put("tool_choice", "auto").putArray("tools");
    return response;
  }

  ObjectNode message(int index, String status, @Nullable String text, boolean refusal) {
    ObjectNode item = Tree.object().put("id", item("msg", index)).put("type", "message");
    item.put("role", "assistant").put("status", status);
    ArrayNode content = item.putArray("content");
    if (text != null) {
      content.add(part(text, refusal));
    }
    return item;
  }

  ObjectNode part(String text, boolean refusal) {
    if (refusal) {
      return Tree.object().put("type", "refusal").put("refusal", text);
    }
    ObjectNode part = Tree.object().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    return part;
  }

  ObjectNode thought(int index, String text, @Nullable Seal seal) {
    ObjectNode item = Tree.object().put("id", item("rs", index)).put("type", "reasoning");
    ArrayNode summary = item.putArray("summary");
    if (!text.isEmpty()) {
      summary.addObject().put("type", "summary_text").put("text", text);
    }
    if (seal != null) {
      item.put("encrypted_content", seal.belongsTo("responses") ? seal.value() : seal.pack());
    }
    return item;
  }

  ObjectNode call(int index, String status, String callId, String name, String arguments) {
    Toolbox.Origin origin = origin(name);
    ObjectNode item = Tree.object().put("id", item(origin.custom() ? "ctc" : "fc", index));
    item.put("type", origin.custom() ? "custom_tool_call" : "function_call");
    item.put("status", status).put("call_id", callId).put("name", origin.name());
    if (origin.namespace() != null) {
      item.put("namespace", origin.namespace());
    }
    return origin.custom()
        ? item.put("input", Toolbox.input(arguments))
        : item.put("arguments", arguments);
  }

  /** What a function was in the request. */
  Toolbox.Origin origin(String name) {
    if (toolbox == null) {
      toolbox = Toolbox.of(request);
    }
    return toolbox.origin(name);
  }
}
