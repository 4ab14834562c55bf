package potluck.kit.fake;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.kit.fake.FakeReply.Event;

/** The chunks of one chat completion, with the quirks of its script. For one answer. */
final class ChatStream {
  private final String id;
  private final String model;
  private final Script script;
  private final List<ObjectNode> chunks = new ArrayList<>();

  ChatStream(String id, String model, Script script) {
    this.id = id;
    this.model = model;
    this.script = script;
  }

  FakeReply.Events events(FakeAnswer answer, boolean usageWanted) {
    String finish = ChatEndpoint.finish(answer, script);
    if (script.has(Quirk.SINGLE_CHUNK)) {
      single(answer, finish);
    } else {
      if (!script.has(Quirk.FIRST_CHUNK_IS_A_CALL)) {
        chunk(FakeJson.object("role", "assistant", "content", ""), null);
      }
      parts(answer);
      finish(finish);
    }
    usage(answer, usageWanted);
    List<Event> events = new ArrayList<>();
    for (ObjectNode chunk : chunks) {
      events.add(new Event(null, chunk.toString()));
    }
    if (!script.has(Quirk.NO_DONE)) {
      events.add(new Event(null, "[DONE]"));
    }
    Object error = ChatRules.openAi("The server had an error", "server_error", null, null);
    return new FakeReply.Events(
        events, false, new Event(null, FakeJson.object("error", error).toString()));
  }

  private void parts(FakeAnswer answer) {
    int index = 0;
    for (AnswerPart part : answer.parts()) {
      switch (part) {
        case AnswerPart.Thinking(String text) -> reasoning(text);
        case AnswerPart.Text(String text) -> text(text);
        case AnswerPart.Call call -> call(call, index++);
      }
    }
    if (script.has(Quirk.REASONING_TEXT_REASONING)) {
      reasoning("One more thought.");
      text(" And one more word.");
    }
  }

  private void reasoning(String text) {
    for (String piece : FakeJson.pieces(text, 9)) {
      ObjectNode delta = FakeJson.object("reasoning_content", piece);
      if (script.has(Quirk.NULL_CONTENT_BESIDE_REASONING)) {
        delta.putNull("content");
      }
      chunk(delta, null);
    }
  }

  private void text(String text) {
    for (String piece : FakeJson.pieces(text, 7)) {
      ObjectNode delta = FakeJson.object("content", piece);
      if (script.has(Quirk.EMPTY_ANNOTATIONS)) {
        delta.putArray("annotations");
      }
      chunk(delta, null);
    }
  }

  private void call(AnswerPart.Call call, int index) {
    if (index == 0 && script.has(Quirk.EMPTY_TEXT_BEFORE_CALLS)) {
      chunk(FakeJson.object("content", ""), null);
    }
    callDelta(index, call.id(), call.name(), "");
    for (String piece : FakeJson.pieces(call.arguments(), 11)) {
      boolean repeated = script.has(Quirk.ID_AND_NAME_ON_EACH_DELTA);
      String emptyName = script.has(Quirk.EMPTY_NAME_ON_LATER_DELTAS) ? "" : null;
      callDelta(index, repeated ? call.id() : null, repeated ? call.name() : emptyName, piece);
    }
  }

  private void callDelta(int index, @Nullable String callId, @Nullable String name, String piece) {
    ObjectNode function = FakeJson.object("arguments", piece);
    if (name != null) {
      function.put("name", name);
    }
    ObjectNode call = FakeJson.object("function", function);
    if (!script.has(Quirk.NO_CALL_INDEX)) {
      call.put("index", script.has(Quirk.ALL_CALLS_AT_INDEX_0) ? 0 : index);
    }
    if (callId != null) {
      call.put("id", callId).put("type", "function");
    }
    chunk(FakeJson.object("tool_calls", FakeJson.array(call)), null);
  }

  private void single(FakeAnswer answer, String finish) {
    ObjectNode delta = FakeJson.object("role", "assistant", "content", answer.joinedText());
    if (!answer.joinedThoughts().isEmpty()) {
      delta.put("reasoning_content", answer.joinedThoughts());
    }
    ArrayNode calls = FakeJson.array();
    for (AnswerPart.Call call : answer.calls()) {
      calls.add(
          FakeJson.object(
              "index",
              calls.size(),
              "id",
              call.id(),
              "type",
              "function",
              "function",
              ChatEndpoint.function(call)));
    }
    if (!calls.isEmpty()) {
      delta.set("tool_calls", calls);
    }
    chunk(delta, finish);
  }

  private void finish(String reason) {
    if (script.has(Quirk.FINISH_WITH_LAST_ARGUMENTS) && !chunks.isEmpty()) {
      ((ObjectNode) chunks.getLast().path("choices").get(0)).put("finish_reason", reason);
    } else {
      chunk(FakeJson.object(), reason);
    }
  }

  private void chunk(ObjectNode delta, @Nullable String finish) {
    Object choice =
        FakeJson.object("index", 0, "delta", delta, "logprobs", null, "finish_reason", finish);
    chunks.add(chunk(FakeJson.array(choice)));
  }

  private ObjectNode chunk(Object choices) {
    return FakeJson.object(
        "id", id,
        "object", "chat.completion.chunk",
        "created", 1_741_569_952,
        "model", model,
        "choices", choices);
  }

  private void usage(FakeAnswer answer, boolean requested) {
    ObjectNode usage = ChatEndpoint.usage(answer.usage());
    if (script.has(Quirk.USAGE_ON_EVERY_CHUNK)) {
      for (ObjectNode chunk : chunks) {
        chunk.set("usage", usage);
      }
    } else if (requested && !script.has(Quirk.NO_USAGE)) {
      for (ObjectNode chunk : chunks) {
        chunk.putNull("usage");
      }
    }
    if (script.has(Quirk.USAGE_TWICE)) {
      chunks.getLast().set("usage", usage.deepCopy().without("prompt_tokens_details"));
    }
    if (requested && !script.has(Quirk.NO_USAGE)) {
      ObjectNode last = chunk(FakeJson.array());
      last.set("usage", usage);
      chunks.add(last);
    }
  }
}
