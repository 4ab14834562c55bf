package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.dialect.wire.JsonTree;

/**
 * Strict clients get streams that they can parse, whatever deviations an OpenAI-compatible server
 * has.
 */
class StreamGrammarTest {
  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4,\"total_tokens\":13}";

  /** A deviation, the stream that shows it, and the texts and calls that the client must get. */
  static Stream<Arguments> quirks() {
    String a = call("0", "a", "f", "{\\\"x\\\":");
    return Stream.of(
        Arguments.of(
            "usage on every chunk",
            chunk(a, USAGE) + chunk(args("0", "1}"), USAGE) + finish("tool_calls"),
            "f:{\"x\":1}"),
        Arguments.of(
            "finish reason beside the last piece",
            chunk(a, "")
                + chunk(args("0", "1}"), "")
                    .replace("\"finish_reason\":null", "\"finish_reason\":\"tool_calls\""),
            "f:{\"x\":1}"),
        Arguments.of(
            "id and name on each delta",
            chunk(a, "") + chunk(call("0", "a", "f", "1}"), "") + finish("tool_calls"),
            "f:{\"x\":1}"),
        Arguments.of(
            "an empty name later",
            chunk(a, "") + chunk(call("0", "", "", "1}"), "") + finish("tool_calls"),
            "f:{\"x\":1}"),
        Arguments.of(
            "all calls with index 0",
            chunk(call("0", "a", "f", "{}"), "")
                + chunk(call("0", "b", "g", "{}"), "")
                + finish("tool_calls"),
            "f:{},g:{}"),
        Arguments.of(
            "no index",
            chunk(call("0", "a", "f", "{}"), "").replace("\"index\":0,\"id\"", "\"id\"")
                + chunk(call("0", "b", "g", "{}"), "").replace("\"index\":0,\"id\"", "\"id\"")
                + finish("stop"),
            "f:{},g:{}"),
        Arguments.of(
            "interleaved calls",
            chunk(call("0", "a", "f", ""), "")
                + chunk(call("1", "b", "g", "{"), "")
                + chunk(args("0", "{}"), "")
                + chunk(args("1", "}"), "")
                + finish("tool_calls"),
            "f:{},g:{}"),
        Arguments.of(
            "stop although tools were called",
            chunk(call("0", "a", "f", "{}"), "") + finish("stop"),
            "f:{}"),
        Arguments.of(
            "empty text before a call",
            chunk("\"content\":\"\"", "")
                + chunk(call("0", "a", "f", "{}"), "")
                + finish("tool_calls"),
            "f:{}"),
        Arguments.of(
            "reasoning, text, reasoning, text",
            chunk("\"reasoning_content\":\"r\",\"content\":null", "")
                + chunk("\"content\":\"t\"", "")
                + chunk("\"reasoning\":\"r\"", "")
                + chunk("\"content\":\"u\"", "")
                + finish("stop"),
            "t,u"),
        Arguments.of(
            "empty annotations",
            chunk("\"content\":\"t\",\"annotations\":[]", "") + finish("stop"),
            "t"),
        Arguments.of(
            "one single chunk",
            chunk("\"role\":\"assistant\",\"content\":\"t\"", USAGE)
                .replace("\"finish_reason\":null", "\"finish_reason\":\"stop\""),
            "t"),
        Arguments.of(
            "text after a call",
            chunk(call("0", "a", "f", "{}"), "")
                + chunk("\"content\":\"t\"", "")
                + finish("tool_calls"),
            "f:{},t"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("quirks")
  void anthropicStreamFollowsItsGrammar(String quirk, String stream, String expected) {
    List<JsonNode> events = run("anthropic", stream, false);
    List<String> blocks = new ArrayList<>();
    StringBuilder content = new StringBuilder();
    String open = "";
    boolean signed = false;
    int index = 0;
    assertThat(events.getFirst().path("type").asText()).isEqualTo("message_start");
    for (JsonNode event : events) {
      String type = event.path("type").asText();
      if (type.startsWith("content_block")) {
        assertThat(event.path("index").asInt()).isEqualTo(index);
      }
      switch (type) {
        case "content_block_start" -> {
          assertThat(open).isEmpty();
          open = event.path("content_block").path("type").asText();
          signed = false;
          content.setLength(0);
          content.append(event.path("content_block").path("name").asText());
          content.append(open.equals("tool_use") ? ":" : "");
        }
        case "content_block_delta" -> {
          JsonNode delta = event.path("delta");
          String fits = open.equals("tool_use") ? "input_json" : open;
          signed |= delta.path("type").asText().equals("signature_delta");
          assertThat(delta.path("type").asText()).isIn(fits + "_delta", "signature_delta");
          content.append(delta.path("text").asText()).append(delta.path("partial_json").asText());
        }
        case "content_block_stop" -> {
          assertThat(open).isNotEmpty();
          assertThat(signed).isEqualTo(open.equals("thinking"));
          if (!open.equals("thinking")) {
            blocks.add(content.toString());
          }
          open = "";
          index++;
        }
        default -> assertThat(open).isEmpty();
      }
    }
    assertThat(String.join(",", blocks)).isEqualTo(expected);
    JsonNode delta = events.get(events.size() - 2);
    assertThat(delta.path("delta").path("stop_reason").asText())
        .isEqualTo(expected.contains(":") ? "tool_use" : "end_turn");
    assertThat(delta.path("usage").path("input_tokens").asInt()).isEqualTo(9);
    assertThat(delta.path("usage").has("cache_read_input_tokens")).isTrue();
    assertThat(events.getLast().path("type").asText()).isEqualTo("message_stop");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("quirks")
  void responsesStreamFollowsItsGrammar(String quirk, String stream, String expected) {
    List<JsonNode> events = run("responses", stream, false);
    int number = 0;
    boolean open = false;
    List<String> done = new ArrayList<>();
    for (JsonNode event : events) {
      assertThat(event.path("sequence_number").asInt()).isEqualTo(number++);
      String type = event.path("type").asText();
      if (type.equals("response.output_item.added")) {
        assertThat(open).isFalse();
        open = true;
      } else if (type.equals("response.output_item.done")) {
        assertThat(open).isTrue();
        open = false;
        JsonNode item = event.path("item");
        switch (item.path("type").asText()) {
          case "message" -> done.add(item.path("content").path(0).path("text").asText());
          case "function_call" ->
              done.add(item.path("name").asText() + ":" + item.path("arguments").asText());
          default -> {}
        }
      } else if (type.endsWith(".delta")) {
        assertThat(open).isTrue();
      }
    }
    assertThat(String.join(",", done)).isEqualTo(expected);
    JsonNode last = events.getLast();
    assertThat(last.path("type").asText()).isEqualTo("response.completed");
    assertThat(last.path("response").path("output").size()).isGreaterThanOrEqualTo(done.size());
    assertThat(last.path("response").path("usage").path("input_tokens").asInt()).isEqualTo(9);
  }

  @Test
  void bufferedStreamHasUsageInTheFirstEvent() {
    List<JsonNode> events = run("anthropic", chunk("\"content\":\"t\"", "") + finish("stop"), true);
    JsonNode usage = events.getFirst().path("message").path("usage");
    assertThat(usage.path("input_tokens").asInt()).isEqualTo(9);
    assertThat(usage.path("output_tokens").asInt()).isZero();
  }

  private static List<JsonNode> run(String client, String stream, boolean whole) {
    Dialect dialect = Dialects.find(client).orElseThrow();
    Target target = new Target(Dialects.find("openai").orElseThrow(), "m", Set.of());
    Ask ask = dialect.scan("{\"model\":\"alias\",\"stream\":true}".getBytes(UTF_8));
    TranslationOptions options = TranslationOptions.DEFAULT.bufferStream(whole);
    Passage passage = DialectExchange.between(dialect, ask, target, options).passage();
    String all = stream + "data: {\"choices\":[]," + USAGE + "}\n\ndata: [DONE]\n\n";
    byte[] bytes = all.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    passage.accept(bytes, 0, bytes.length, out);
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    List<JsonNode> events = new ArrayList<>();
    for (String frame : out.toString(UTF_8).split("\n\n")) {
      JsonNode event = JsonTree.readOrMissing(frame.substring(frame.indexOf("data: ") + 6));
      assertThat(frame).startsWith("event: " + event.path("type").asText() + "\n");
      events.add(event);
    }
    return events;
  }

  private static String chunk(String delta, String more) {
    return "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{"
        + delta
        + "},\"finish_reason\":null}]"
        + (more.isEmpty() ? "" : "," + more)
        + "}\n\n";
  }

  private static String finish(String reason) {
    return chunk("", "").replace("\"finish_reason\":null", "\"finish_reason\":\"" + reason + "\"");
  }

  private static String call(String index, String id, String name, String arguments) {
    return "\"tool_calls\":[{\"index\":%s,\"id\":\"%s\",\"function\":{\"name\":\"%s\",\"arguments\":\"%s\"}}]"
        .formatted(index, id, name, arguments);
  }

  private static String args(String index, String arguments) {
    return "\"tool_calls\":[{\"index\":%s,\"function\":{\"arguments\":\"%s\"}}]"
        .formatted(index, arguments);
  }
}
