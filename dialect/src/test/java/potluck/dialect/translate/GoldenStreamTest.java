package potluck.dialect.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import potluck.dialect.Passage;
import potluck.dialect.model.Block;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.TokenUsage;

/**
 * Translates each sample stream for each client, and checks its meaning and its bytes. After an
 * intended change, {@code -Dpotluck.write=true} writes the golden files again; review the
 * difference.
 */
class GoldenStreamTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  static Stream<Arguments> forEachClient() {
    return SampleStreams.forEachClient();
  }

  @ParameterizedTest(name = "{2}: {0} over {1}")
  @MethodSource("forEachClient")
  void streamMatchesTheGoldenFile(String client, String up, String name) throws IOException {
    String out =
        SampleStreams.run(SampleStreams.passage(client, up), SampleStreams.stream(name, up));
    String stable = out.replaceAll("call_[0-9a-f-]{36}", "call_made");
    Path golden = GOLDEN.resolve(name + "." + client + "-over-" + up + ".sse");
    if (Boolean.getBoolean("potluck.write")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, stable);
    }
    assertThat(stable).isEqualTo(Files.readString(golden));
  }

  @ParameterizedTest(name = "{2}: {0} over {1}")
  @MethodSource("forEachClient")
  void streamKeepsTheMeaning(String client, String up, String name) {
    Passage passage = SampleStreams.passage(client, up);
    AssembledAnswer sent = SampleStreams.read(up, SampleStreams.stream(name, up));
    AssembledAnswer received =
        SampleStreams.read(client, SampleStreams.run(passage, SampleStreams.stream(name, up)));
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    assertThat(received.joinedText(false)).isEqualTo(sent.joinedText(false)).isNotEmpty();
    assertThat(received.joinedText(true)).isEqualTo(sent.joinedText(true));
    assertThat(received.tokens()).isEqualTo(expectedUsage(client, passage.tokens()));
    assertThat(received.stopReason()).isEqualTo(expectedStopReason(client, sent.stopReason()));
    assertThat(names(received)).isEqualTo(names(sent));
    if (client.equals("anthropic")) {
      assertThat(received.stopSequence()).isEqualTo(sent.stopSequence());
    }
  }

  /** Gemini has no field for tokens that were written to the cache. */
  private static TokenUsage expectedUsage(String client, TokenUsage tokens) {
    return client.equals("gemini")
        ? new TokenUsage(tokens.input(), tokens.cached(), 0, tokens.output(), tokens.reasoning())
        : tokens;
  }

  /** Only Anthropic reports which stop sequence was found. */
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
