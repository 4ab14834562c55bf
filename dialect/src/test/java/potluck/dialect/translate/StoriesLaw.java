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
import potluck.dialect.model.Stop;
import potluck.dialect.model.Tokens;

/**
 * Each story told to each client: what it means, and its very bytes. After a change that is meant,
 * {@code -Dpotluck.write=true} writes the golden files anew; the difference is what a reviewer
 * reads.
 */
class StoriesLaw {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  static java.util.stream.Stream<Arguments> told() {
    return Stories.told();
  }

  @ParameterizedTest(name = "{2}: {0} over {1}")
  @MethodSource("told")
  void theBytesAreThoseOnRecord(String client, String up, String story) throws IOException {
    String out = Stories.run(Stories.passage(client, up), Stories.stream(story, up));
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
  void theMeaningIsTheUpstreams(String client, String up, String story) {
    Passage passage = Stories.passage(client, up);
    Answer said = Stories.read(up, Stories.stream(story, up));
    Answer heard = Stories.read(client, Stories.run(passage, Stories.stream(story, up)));
    assertThat(passage.state()).isEqualTo(Passage.State.COMPLETE);
    assertThat(heard.joined(false)).isEqualTo(said.joined(false)).isNotEmpty();
    assertThat(heard.joined(true)).isEqualTo(said.joined(true));
    assertThat(heard.tokens()).isEqualTo(inWordsOf(client, passage.tokens()));
    assertThat(heard.stop()).isEqualTo(stopInWordsOf(client, said.stop()));
    assertThat(names(heard)).isEqualTo(names(said));
    if (client.equals("anthropic")) {
      assertThat(heard.sequence()).isEqualTo(said.sequence());
    }
  }

  /** Gemini has no number for what was written into the cache. */
  private static Tokens inWordsOf(String client, Tokens tokens) {
    return client.equals("gemini")
        ? new Tokens(tokens.input(), tokens.cached(), 0, tokens.output(), tokens.reasoning())
        : tokens;
  }

  /**
   * Which sequence was met only Anthropic says; that calls were made, Gemini leaves to the calls.
   */
  private static Stop stopInWordsOf(String client, Stop stop) {
    return switch (stop) {
      case SEQUENCE -> client.equals("anthropic") ? Stop.SEQUENCE : Stop.END;
      default -> stop;
    };
  }

  private static List<String> names(Answer answer) {
    return answer.blocks().stream()
        .filter(Block.Call.class::isInstance)
        .map(block -> ((Block.Call) block).name())
        .toList();
  }
}
