package potluck.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.wire.JsonTree;

/** Builds the response object and its items. For one thread. */
final class ResponseBuilder {
  private final byte[] request;
  private final String model;
  private final long created;
  private String id = "0";
  private @Nullable ToolMapping tools;

  /**
   * @param created in seconds since 1970
   */
  ResponseBuilder(Ask ask, long created) {
    this.request = ask.body();
    this.model = ask.model();
    this.created = created;
  }

  /** Sets the id, unless the upstream gave none. */
  void id(String upstream) {
    id = upstream.isEmpty() ? id : upstream;
  }

  /** The id of an item, which is the same in all its events. */
  String itemId(String prefix, int index) {
    return prefix + "_" + id + "_" + index;
  }

  /** The response object of the first events. */
  ObjectNode inProgress() {
    ObjectNode response = response("in_progress");
    response.putArray("output");
    response.putNull("usage");
    return response;
  }

  /** The response object of a finished answer. */
  ObjectNode done(ArrayNode output, StopReason stop, TokenUsage tokens) {
    String reason =
        switch (stop) {
          case MAX_TOKENS, CONTEXT_FULL -> "max_output_tokens";
          case REFUSAL -> "content_filter";
          default -> "";
        };
    ObjectNode response = response(reason.isEmpty() ? "completed" : "incomplete");
    if (!reason.isEmpty()) {
      response.putObject("incomplete_details").put("reason", reason);
    }
    response.set("output", output);
    response.set("usage", UsageCodec.write(tokens));
    return response;
  }

  private ObjectNode response(String status) {
    ObjectNode response = JsonTree.object().put("id", id.startsWith("resp_") ? id : "resp_" + id);
    response.put("object", "response").put("created_at", created).put("status", status);
    response.putNull("error").putNull("incomplete_details");
    response.put("model", model).put("parallel_tool_calls", true);
    response.put("tool_choice", "auto").putArray("tools");
    return response;
  }

  ObjectNode message(int index, String status, @Nullable String text, boolean refusal) {
    ObjectNode item = JsonTree.object().put("id", itemId("msg", index)).put("type", "message");
    item.put("role", "assistant").put("status", status);
    ArrayNode content = item.putArray("content");
    if (text != null) {
      content.add(part(text, refusal));
    }
    return item;
  }

  ObjectNode part(String text, boolean refusal) {
    if (refusal) {
      return JsonTree.object().put("type", "refusal").put("refusal", text);
    }
    ObjectNode part = JsonTree.object().put("type", "output_text").put("text", text);
    part.putArray("annotations");
    return part;
  }

  ObjectNode thought(int index, String text, @Nullable ThoughtSignature signature) {
    ObjectNode item = JsonTree.object().put("id", itemId("rs", index)).put("type", "reasoning");
    ArrayNode summary = item.putArray("summary");
    if (!text.isEmpty()) {
      summary.addObject().put("type", "summary_text").put("text", text);
    }
    if (signature != null) {
      item.put(
          "encrypted_content",
          signature.belongsTo("responses") ? signature.value() : signature.pack());
    }
    return item;
  }

  ObjectNode call(int index, String status, String callId, String name, String arguments) {
    ToolMapping.OriginalTool origin = originalTool(name);
    ObjectNode item = JsonTree.object().put("id", itemId(origin.custom() ? "ctc" : "fc", index));
    item.put("type", origin.custom() ? "custom_tool_call" : "function_call");
    item.put("status", status).put("call_id", callId).put("name", origin.name());
    if (origin.namespace() != null) {
      item.put("namespace", origin.namespace());
    }
    return origin.custom()
        ? item.put("input", ToolMapping.freeTextOf(arguments))
        : item.put("arguments", arguments);
  }

  /** The tool of the request that became a function with this name. */
  ToolMapping.OriginalTool originalTool(String name) {
    if (tools == null) {
      tools = ToolMapping.of(request);
    }
    return tools.original(name);
  }
}
