package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import potluck.kit.fake.FakeReply.Event;

/** The events of one Anthropic message. For one answer. */
final class MessagesStream {
  private final ObjectNode message;
  private final List<Event> events = new ArrayList<>();

  MessagesStream(ObjectNode message) {
    this.message = message;
  }

  FakeReply.Events events() {
    ObjectNode start = message.deepCopy();
    start.set("content", FakeJson.array());
    start.putNull("stop_reason");
    // Anthropic reports the first output tokens here, and all of them at the end.
    ((ObjectNode) start.path("usage")).put("output_tokens", 2);
    add("message_start", "message", start);
    add("ping");
    int index = 0;
    for (JsonNode block : message.path("content")) {
      block(index++, (ObjectNode) block);
    }
    Object delta =
        FakeJson.object("stop_reason", message.path("stop_reason"), "stop_sequence", null);
    add("message_delta", "delta", delta, "usage", message.path("usage"));
    add("message_stop");
    Object error = FakeJson.object("type", "overloaded_error", "message", "Overloaded");
    String data = FakeJson.object("type", "error", "error", error).toString();
    return new FakeReply.Events(events, false, new Event("error", data));
  }

  private void block(int index, ObjectNode block) {
    ObjectNode start = block.deepCopy();
    switch (block.path("type").asText()) {
      case "text" -> {
        start(index, start.put("text", ""));
        for (String piece : FakeJson.pieces(block.path("text").asText(), 7)) {
          delta(index, FakeJson.object("type", "text_delta", "text", piece));
        }
      }
      case "thinking" -> {
        start(index, start.put("thinking", "").put("signature", ""));
        for (String piece : FakeJson.pieces(block.path("thinking").asText(), 9)) {
          delta(index, FakeJson.object("type", "thinking_delta", "thinking", piece));
        }
        Object signature = block.path("signature");
        delta(index, FakeJson.object("type", "signature_delta", "signature", signature));
      }
      default -> {
        start.set("input", FakeJson.object());
        start(index, start);
        input(index, "");
        for (String piece : FakeJson.pieces(block.path("input").toString(), 11)) {
          input(index, piece);
        }
      }
    }
    add("content_block_stop", "index", index);
  }

  private void start(int index, ObjectNode block) {
    add("content_block_start", "index", index, "content_block", block);
  }

  private void input(int index, String piece) {
    delta(index, FakeJson.object("type", "input_json_delta", "partial_json", piece));
  }

  private void delta(int index, ObjectNode delta) {
    add("content_block_delta", "index", index, "delta", delta);
  }

  private void add(String type, Object... fields) {
    ObjectNode data = FakeJson.object("type", type);
    data.setAll(FakeJson.object(fields));
    events.add(new Event(type, data.toString()));
  }
}
