package potluck.dialect.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.dialect.Passage;
import potluck.dialect.model.Block;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.TokenUsage;

/**
 * Each story told to each client: what it means, and its very bytes. After a change that is meant,
 * {@code -Dpotluck.write=true} writes the golden files anew; the difference is what a reviewer
 * reads.
 */
class GoldenStreamTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  static java.util.stream.Stream<Arguments> told() {
    return SampleStreams.told();
  }

  @ParameterizedTest(name = "{2}: {0} over {1}")
  @MethodSource("told")
  void streamMatchesTheGoldenFile(String client, String up, String story) throws IOException {
    String out =
        SampleStreams.run(SampleStreams.passage(client, up), SampleStreams.stream(story, up));
    String steady = out.replaceAll("call_[0-9a-f-]{36}", "call_made");
    Path golden = GOLDEN.resolve(story + "." + client + "-over-" + up + ".sse");
    if (Boolean.getBoolean("potluck.write")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, steady);
    }
    assertThat(steady).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest(name = "{2}: {0} over {1}")
  @MethodSource("told")
  void streamKeepsTheMeaning(String client, String up, String story) {
    Passage passage = SampleStreams.passage(client, up);
    AssembledAnswer said = SampleStreams.read(up, SampleStreams.stream(story, up));
    AssembledAnswer heard =
        SampleStreams.read(client, SampleStreams.run(passage, SampleStreams.stream(story, up)));
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    assertThat(heard.joinedText(false)).isEqualTo(said.joinedText(false)).isNotEmpty();
    assertThat(heard.joinedText(true)).isEqualTo(said.joinedText(true));
    assertThat(heard.tokens()).isEqualTo(expectedUsage(client, passage.tokens()));
    assertThat(heard.stopReason()).isEqualTo(expectedStopReason(client, said.stopReason()));
    assertThat(names(heard)).isEqualTo(names(said));
    if (client.equals("anthropic")) {
      assertThat(heard.stopSequence()).isEqualTo(said.stopSequence());
    }
  }

  /** Gemini has no number for what was written into the cache. */
  private static TokenUsage expectedUsage(String client, TokenUsage tokens) {
    return client.equals("gemini")
        ? new TokenUsage(tokens.input(), tokens.cached(), 0, tokens.output(), tokens.reasoning())
        : tokens;
  }

  /**
   * Which sequence was met only Anthropic says; that calls were made, Gemini leaves to the calls.
   */
  private static StopReason expectedStopReason(String client, StopReason stop) {
    return switch (stop) {
      case STOP_SEQUENCE -> client.equals("anthropic") ? StopReason.STOP_SEQUENCE : StopReason.END;
      default -> stop;
    };
  }

  private static List<String> names(AssembledAnswer answer) {
    return answer.blocks().stream()
        .filter(Block.ToolCall.class::isInstance)
        .map(block -> ((Block.ToolCall) block).name())
        .toList();
  }
}
