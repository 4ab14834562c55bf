package potluck.dialect.translate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.exchange.DialectExchange;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Losses;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.wire.JsonTree;

/** Properties that hold for every client dialect over every other upstream dialect. */
class TranslationTest {
  private static final TokenUsage USAGE = new TokenUsage(1234, 200, 0, 56, 20);

  static Stream<Arguments> dialectPairs() {
    return SampleStreams.dialectPairs();
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void streamKeepsTextAndUsageForEveryChunkSize(String client, String up) {
    String expected = null;
    for (int size : new int[] {1, 2, 13, 100_000}) {
      for (String ending : List.of("\n", "\r\n")) {
        Passage passage = passage(client, up, true);
        String out = run(passage, SampleStreams.stream("text", up).replace("\n", ending), size);
        assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
        assertThat(passage.tokens()).isEqualTo(USAGE);
        expected = expected == null ? out : expected;
        assertThat(out).isEqualTo(expected);
      }
    }
    AssembledAnswer answer = SampleStreams.read(client, Objects.requireNonNull(expected));
    assertThat(answer.joinedText(false)).isEqualTo("héllo 🙂");
    assertThat(answer.tokens()).isEqualTo(USAGE);
    assertThat(answer.stopReason()).isEqualTo(StopReason.END);
    assertThat(expected).contains("\"alias\"").doesNotContain("\"m\"");
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void streamKeepsOrderIdsAndArgumentsOfParallelCalls(String client, String up) {
    Passage passage = passage(client, up, true);
    AssembledAnswer answer =
        SampleStreams.read(client, run(passage, SampleStreams.stream("calls", up), 7));
    List<Block.ToolCall> calls = calls(answer);
    assertThat(calls).extracting(Block.ToolCall::name).containsExactly("read", "list");
    assertThat(JsonTree.readOrMissing(calls.get(0).arguments()).path("path").asText())
        .isEqualTo("a\"b\n🙂");
    assertThat(JsonTree.readOrMissing(calls.get(1).arguments())).isEqualTo(JsonTree.object());
    assertThat(calls.get(0).id()).isNotEqualTo(calls.get(1).id()).isNotEmpty();
    assertThat(answer.joinedText(false)).isEqualTo("Let me look.");
    assertThat(answer.stopReason()).isEqualTo(StopReason.TOOL_CALLS);
    assertThat(passage.tokens()).isEqualTo(new TokenUsage(100, 0, 0, 30, 10));
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void streamFailsIfTruncated(String client, String up) {
    for (String name : List.of("text", "calls")) {
      byte[] bytes = SampleStreams.stream(name, up).getBytes(UTF_8);
      int last = indexOfTerminalFrame(new String(bytes, UTF_8), up);
      for (int length = 0; length < last; length += 11) {
        Passage passage = passage(client, up, true);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        passage.accept(bytes, 0, length, out);
        passage.end(out);
        assertThat(passage.state()).as("cut at %d", length).isEqualTo(Passage.State.FAILED);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void streamForwardsTextImmediately(String client, String up) {
    byte[] bytes = SampleStreams.stream("text", up).getBytes(UTF_8);
    int half = new String(bytes, UTF_8).indexOf("héllo ") + 8;
    int frame = new String(bytes, UTF_8).indexOf("\n\n", half) + 3;
    Passage passage = passage(client, up, true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    passage.accept(
        bytes, 0, new String(bytes, UTF_8).substring(0, frame).getBytes(UTF_8).length, out);
    assertThat(out.toString(UTF_8)).contains("héllo ");
    assertThat(passage.state()).isEqualTo(Passage.State.RUNNING);
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void streamFailsOnAnInBandError(String client, String up) {
    Failure busy = Failure.of(Failure.Kind.OVERLOADED, "busy");
    String broken =
        new String(SampleStreams.dialect(up).writeStreamError(ask(up, true), busy, "req_1"), UTF_8);
    Passage passage = passage(client, up, true);
    run(passage, broken, 5);
    assertThat(passage.state()).isEqualTo(Passage.State.FAILED);
    assertThat(passage.failure()).extracting(Failure::message).isEqualTo("busy");
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void completeAnswerKeepsCallsAndUsage(String client, String up) {
    AssembledAnswer original = SampleStreams.read(up, SampleStreams.stream("calls", up));
    String body =
        JsonTree.text(
            SampleStreams.dialect(up)
                .writer(ask(up, false), prompt(up), TranslationOptions.DEFAULT)
                .writeComplete(original));
    Passage passage = passage(client, up, false);
    JsonNode whole = JsonTree.readOrMissing(run(passage, body, 1000));
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    AssembledAnswer answer = new AssembledAnswer();
    SampleStreams.dialect(client)
        .reader()
        .readComplete(whole, new Sequencer(name -> name, answer::add));
    assertThat(calls(answer)).extracting(Block.ToolCall::name).containsExactly("read", "list");
    assertThat(answer.tokens()).isEqualTo(new TokenUsage(100, 0, 0, 30, 10));
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void streamFailsIfTheUpstreamSendsAJsonError(String client, String up) {
    Failure busy = Failure.of(Failure.Kind.OVERLOADED, "Unsupported key: additionalProperties");
    String body = new String(SampleStreams.dialect(up).writeFailure(busy, "req_1").body(), UTF_8);
    Passage translated = passage(client, up, true);
    Passage verbatim = passage(up, up, true);
    for (Passage passage : List.of(translated, verbatim)) {
      assertThat(run(passage, body, 50)).isEmpty();
      assertThat(passage.state()).isEqualTo(Passage.State.FAILED);
      assertThat(passage.failure()).extracting(Failure::message).isEqualTo(busy.message());
    }
  }

  @ParameterizedTest
  @MethodSource("dialectPairs")
  void streamIsMadeFromACompleteAnswer(String client, String up) {
    AssembledAnswer original = SampleStreams.read(up, SampleStreams.stream("text", up));
    String body =
        JsonTree.text(
            SampleStreams.dialect(up)
                .writer(ask(up, false), prompt(up), TranslationOptions.DEFAULT)
                .writeComplete(original));
    Passage passage = passage(client, up, true);
    AssembledAnswer answer = SampleStreams.read(client, run(passage, body, 1000));
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    assertThat(answer.joinedText(false)).isEqualTo("héllo 🙂");
  }

  private static int indexOfTerminalFrame(String name, String up) {
    return name.indexOf(
        switch (up) {
          case "openai" -> "\"finish_reason\":\"";
          case "anthropic" -> "data: {\"type\":\"message_stop";
          case "gemini" -> "\"finishReason\"";
          default -> "data: {\"type\":\"response.completed";
        });
  }

  private static List<Block.ToolCall> calls(AssembledAnswer answer) {
    List<Block.ToolCall> calls = new ArrayList<>();
    for (Block block : answer.blocks()) {
      if (block instanceof Block.ToolCall call) {
        calls.add(call);
      }
    }
    return calls;
  }

  private static Passage passage(String client, String up, boolean stream) {
    Target target = new Target(SampleStreams.dialect(up), "m", Set.of());
    return DialectExchange.between(
            SampleStreams.dialect(client), ask(client, stream), target, TranslationOptions.DEFAULT)
        .passage();
  }

  private static Ask ask(String client, boolean stream) {
    String body = "{\"model\":\"alias\",\"stream_options\":{\"include_usage\":true},\"x\":1}";
    return SampleStreams.dialect(client).scan(body.getBytes(UTF_8)).withModel("alias", stream);
  }

  private static Prompt prompt(String name) {
    return SampleStreams.dialect(name).readPrompt(ask(name, false), new Losses());
  }

  private static String run(Passage passage, String text, int size) {
    byte[] bytes = text.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += size) {
      passage.accept(bytes, at, Math.min(size, bytes.length - at), out);
    }
    passage.end(out);
    return out.toString(UTF_8);
  }
}
