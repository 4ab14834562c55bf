package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import potluck.kit.fake.FakeReply.Event;

/** The events of one response. For one answer. */
final class ResponsesStream {
  private final ObjectNode response;
  private final List<Event> events = new ArrayList<>();

  ResponsesStream(ObjectNode response) {
    this.response = response;
  }

  FakeReply.Events events() {
    ObjectNode started = response.deepCopy();
    started.put("status", "in_progress").putNull("usage").putNull("incomplete_details");
    started.set("output", FakeJson.array());
    add("response.created", "response", started);
    add("response.in_progress", "response", started);
    int index = 0;
    for (JsonNode item : response.path("output")) {
      item(index++, (ObjectNode) item);
    }
    add("response." + response.path("status").asText(), "response", response);
    Object error =
        FakeJson.object(
            "type",
            "error",
            "sequence_number",
            99,
            "code",
            "server_error",
            "message",
            "The server had an error",
            "param",
            null);
    return new FakeReply.Events(events, false, new Event("error", error.toString()));
  }

  private void item(int index, ObjectNode item) {
    switch (item.path("type").asText()) {
      case "message" -> message(index, item);
      case "function_call" -> call(index, item);
      default -> reasoning(index, item);
    }
    add("response.output_item.done", "output_index", index, "item", item);
  }

  private void message(int index, ObjectNode item) {
    ObjectNode started = item.deepCopy().put("status", "in_progress");
    started.set("content", FakeJson.array());
    add("response.output_item.added", "output_index", index, "item", started);
    ObjectNode part = (ObjectNode) item.path("content").get(0);
    Object[] at = {"item_id", item.path("id"), "output_index", index, "content_index", 0};
    add("response.content_part.added", with(at, "part", part.deepCopy().put("text", "")));
    String text = part.path("text").asText();
    for (String piece : FakeJson.pieces(text, 7)) {
      add("response.output_text.delta", with(at, "delta", piece));
    }
    add("response.output_text.done", with(at, "text", text));
    add("response.content_part.done", with(at, "part", part));
  }

  private void call(int index, ObjectNode item) {
    ObjectNode started = item.deepCopy().put("status", "in_progress").put("arguments", "");
    add("response.output_item.added", "output_index", index, "item", started);
    Object[] at = {"item_id", item.path("id"), "output_index", index};
    String arguments = item.path("arguments").asText();
    for (String piece : FakeJson.pieces(arguments, 11)) {
      add("response.function_call_arguments.delta", with(at, "delta", piece));
    }
    add("response.function_call_arguments.done", with(at, "arguments", arguments));
  }

  private void reasoning(int index, ObjectNode item) {
    ObjectNode started = item.deepCopy();
    started.set("summary", FakeJson.array());
    add("response.output_item.added", "output_index", index, "item", started);
    ObjectNode part = (ObjectNode) item.path("summary").get(0);
    Object[] at = {"item_id", item.path("id"), "output_index", index, "summary_index", 0};
    String start = "response.reasoning_summary_";
    add(start + "part.added", with(at, "part", part.deepCopy().put("text", "")));
    String text = part.path("text").asText();
    for (String piece : FakeJson.pieces(text, 9)) {
      add(start + "text.delta", with(at, "delta", piece));
    }
    add(start + "text.done", with(at, "text", text));
    add(start + "part.done", with(at, "part", part));
  }

  private static Object[] with(Object[] first, Object name, Object value) {
    Object[] all = Arrays.copyOf(first, first.length + 2);
    all[first.length] = name;
    all[first.length + 1] = value;
    return all;
  }

  private void add(String type, Object... fields) {
    ObjectNode data = FakeJson.object("type", type, "sequence_number", events.size());
    data.setAll(FakeJson.object(fields));
    events.add(new Event(type, data.toString()));
  }
}
