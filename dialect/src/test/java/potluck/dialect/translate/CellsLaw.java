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
import potluck.dialect.Options;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.exchange.Exchange;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Block;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Stop;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.Tree;

/** What holds for every client over every upstream. */
class CellsLaw {
  private static final Tokens USED = new Tokens(1234, 200, 0, 56, 20);

  static Stream<Arguments> cells() {
    return Stories.cells();
  }

  @ParameterizedTest
  @MethodSource("cells")
  void textAndUsageArriveHoweverTheBytesAreChopped(String client, String up) {
    String expected = null;
    for (int size : new int[] {1, 2, 13, 100_000}) {
      for (String ending : List.of("\n", "\r\n")) {
        Passage passage = passage(client, up, true);
        String out = run(passage, Stories.stream("text", up).replace("\n", ending), size);
        assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
        assertThat(passage.tokens()).isEqualTo(USED);
        expected = expected == null ? out : expected;
        assertThat(out).isEqualTo(expected);
      }
    }
    Answer answer = Stories.read(client, Objects.requireNonNull(expected));
    assertThat(answer.joined(false)).isEqualTo("héllo 🙂");
    assertThat(answer.tokens()).isEqualTo(USED);
    assertThat(answer.stop()).isEqualTo(Stop.END);
    assertThat(expected).contains("\"alias\"").doesNotContain("\"m\"");
  }

  @ParameterizedTest
  @MethodSource("cells")
  void parallelCallsKeepTheirOrderIdsAndArguments(String client, String up) {
    Passage passage = passage(client, up, true);
    Answer answer = Stories.read(client, run(passage, Stories.stream("calls", up), 7));
    List<Block.Call> calls = calls(answer);
    assertThat(calls).extracting(Block.Call::name).containsExactly("read", "list");
    assertThat(Tree.readOrMissing(calls.get(0).arguments()).path("path").asText())
        .isEqualTo("a\"b\n🙂");
    assertThat(Tree.readOrMissing(calls.get(1).arguments())).isEqualTo(Tree.object());
    assertThat(calls.get(0).id()).isNotEqualTo(calls.get(1).id()).isNotEmpty();
    assertThat(answer.joined(false)).isEqualTo("Let me look.");
    assertThat(answer.stop()).isEqualTo(Stop.CALLS);
    assertThat(passage.tokens()).isEqualTo(new Tokens(100, 0, 0, 30, 10));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aCutIsNeverACleanEnd(String client, String up) {
    for (String story : List.of("text", "calls")) {
      byte[] bytes = Stories.stream(story, up).getBytes(UTF_8);
      int last = last(new String(bytes, UTF_8), up);
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
  @MethodSource("cells")
  void theFirstWordLeavesBeforeTheUpstreamIsDone(String client, String up) {
    byte[] bytes = Stories.stream("text", up).getBytes(UTF_8);
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
  @MethodSource("cells")
  void anErrorInBandFails(String client, String up) {
    Failure busy = Failure.of(Failure.Kind.OVERLOADED, "busy");
    String broken = new String(Stories.dialect(up).writeBreak(ask(up, true), busy, "req_1"), UTF_8);
    Passage passage = passage(client, up, true);
    run(passage, broken, 5);
    assertThat(passage.state()).isEqualTo(Passage.State.FAILED);
    assertThat(passage.failure()).extracting(Failure::message).isEqualTo("busy");
  }

  @ParameterizedTest
  @MethodSource("cells")
  void wholeAnswersSayTheSame(String client, String up) {
    Answer said = Stories.read(up, Stories.stream("calls", up));
    String body =
        Tree.text(
            Stories.dialect(up).writer(ask(up, false), prompt(up), Options.DEFAULT).whole(said));
    Passage passage = passage(client, up, false);
    JsonNode whole = Tree.readOrMissing(run(passage, body, 1000));
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    Answer answer = new Answer();
    Stories.dialect(client).reader().whole(whole, new Sequencer(name -> name, answer::add));
    assertThat(calls(answer)).extracting(Block.Call::name).containsExactly("read", "list");
    assertThat(answer.tokens()).isEqualTo(new Tokens(100, 0, 0, 30, 10));
  }

  @ParameterizedTest
  @MethodSource("cells")
  void anErrorWhereAStreamWasDueIsThatError(String client, String up) {
    Failure busy = Failure.of(Failure.Kind.OVERLOADED, "Unsupported key: additionalProperties");
    String body = new String(Stories.dialect(up).writeFailure(busy, "req_1").body(), UTF_8);
    Passage translated = passage(client, up, true);
    Passage verbatim = passage(up, up, true);
    for (Passage passage : List.of(translated, verbatim)) {
      assertThat(run(passage, body, 50)).isEmpty();
      assertThat(passage.state()).isEqualTo(Passage.State.FAILED);
      assertThat(passage.failure()).extracting(Failure::message).isEqualTo(busy.message());
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aWholeAnswerWhereAStreamWasDueBecomesAStream(String client, String up) {
    Answer said = Stories.read(up, Stories.stream("text", up));
    String body =
        Tree.text(
            Stories.dialect(up).writer(ask(up, false), prompt(up), Options.DEFAULT).whole(said));
    Passage passage = passage(client, up, true);
    Answer answer = Stories.read(client, run(passage, body, 1000));
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    assertThat(answer.joined(false)).isEqualTo("héllo 🙂");
  }

  private static int last(String story, String up) {
    return story.indexOf(
        switch (up) {
          case "openai" -> "\"finish_reason\":\"";
          case "anthropic" -> "data: {\"type\":\"message_stop";
          case "gemini" -> "\"finishReason\"";
          default -> "data: {\"type\":\"response.completed";
        });
  }

  private static List<Block.Call> calls(Answer answer) {
    List<Block.Call> calls = new ArrayList<>();
    for (Block block : answer.blocks()) {
      if (block instanceof Block.Call call) {
        calls.add(call);
      }
    }
    return calls;
  }

  private static Passage passage(String client, String up, boolean stream) {
    Target target = new Target(Stories.dialect(up), "m", Set.of());
    return Exchange.between(Stories.dialect(client), ask(client, stream), target, Options.DEFAULT)
        .passage();
  }

  private static Ask ask(String client, boolean stream) {
    String body = "{\"model\":\"alias\",\"stream_options\":{\"include_usage\":true},\"x\":1}";
    return Stories.dialect(client).skim(body.getBytes(UTF_8)).at("alias", stream);
  }

  private static potluck.dialect.model.Prompt prompt(String name) {
    return Stories.dialect(name).read(ask(name, false), new potluck.dialect.model.Losses());
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
