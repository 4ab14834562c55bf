package potluck.dialect.count;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import org.junit.jupiter.api.Test;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Ask;
import potluck.dialect.model.Losses;

class TokenEstimatorTest {
  private final TokenEstimator count = new TokenEstimator();

  @Test
  void estimateMatchesOpenAiTokenizer() {
    assertThat(count.estimate("hello world")).isEqualTo(2);
    assertThat(count.estimate("")).isZero();
    assertThat(count.estimate("hello ".repeat(100_000))).isBetween(90_000L, 110_000L);
  }

  @Test
  void estimateIsTheSameInEveryDialect() {
    long openai =
        of(
            "openai",
            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello world\"}]}");
    assertThat(openai).isBetween(8L, 12L);
    assertThat(
            of(
                "anthropic",
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hello world\"}]}"))
        .isEqualTo(openai);
    assertThat(of("responses", "{\"model\":\"m\",\"input\":\"hello world\"}")).isEqualTo(openai);
    assertThat(
            of(
                "gemini",
                "{\"generateContentRequest\":{\"contents\":[{\"parts\":[{\"text\":\"hello world\"}]}]}}"))
        .isEqualTo(openai);
  }

  @Test
  void writeTokenCountUsesTheFieldOfTheDialect() {
    assertThat(new String(dialect("anthropic").writeTokenCount(7).body(), UTF_8))
        .isEqualTo("{\"input_tokens\":7}");
    assertThat(new String(dialect("gemini").writeTokenCount(7).body(), UTF_8))
        .isEqualTo("{\"totalTokens\":7}");
  }

  @Test
  void embeddingsRequestIsScannedAndCounted() {
    Dialect openai = dialect("openai");
    Ask ask =
        openai.scan(
            "{\"model\":\"alias\",\"input\":[\"a\"],\"encoding_format\":\"base64\"}"
                .getBytes(UTF_8));
    Target target = new Target(openai, "up", Set.of());
    assertThat(new String(openai.forward(ask, target), UTF_8))
        .isEqualTo("{\"model\":\"up\",\"input\":[\"a\"],\"encoding_format\":\"base64\"}");
    byte[] answer =
        "{\"object\":\"list\",\"data\":[{\"embedding\":\"AAAA\"}],\"model\":\"up\",\"usage\":{\"prompt_tokens\":3,\"total_tokens\":3}}"
            .getBytes(UTF_8);
    Passage passage = openai.passage(ask, target);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    passage.accept(answer, 0, answer.length, out);
    passage.end(out);
    assertThat(passage.tokens().input()).isEqualTo(3);
    assertThat(out.toString(UTF_8)).contains("\"model\":\"alias\"");
  }

  private long of(String name, String body) {
    Dialect dialect = dialect(name);
    return count.estimate(dialect.readPrompt(dialect.scan(body.getBytes(UTF_8)), new Losses()));
  }

  private static Dialect dialect(String name) {
    return Dialects.find(name).orElseThrow();
  }
}
