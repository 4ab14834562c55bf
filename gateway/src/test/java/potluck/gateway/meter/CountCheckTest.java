package potluck.gateway.meter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.dialect.Dialect;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.exchange.Dialects;

class CountCheckTest {
  private static final byte[] REQUEST =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"ping\"}]}".getBytes(UTF_8);

  /** A text of 400 bytes, which is estimated as 100 tokens, for a request of 8. */
  @ParameterizedTest
  @CsvSource({
    // A provider at its own address is believed if that is possible, hidden reasoning included.
    "true,3,,9,100,9,100,false",
    "true,3,,2000000,150000,2000000,150000,false",
    "true,3,,3000000,100,8,100,true",
    "true,3,,9,200433,9,100,true",
    "true,3,1000,9,1400,9,1400,false",
    "true,3,1000,9,1500,9,100,true",
    // 400 bytes are more than two tokens.
    "true,3,,9,2,9,100,true",
    // Other addresses are believed near the estimate.
    "false,3,,9,332,9,332,false",
    "false,3,,9,333,9,100,true",
    "false,3,,524,100,524,100,false",
    "false,3,,525,100,8,100,true",
    "false,3,,9,3,9,3,false",
    "false,2,,9,17,9,100,true",
    "false,2,,9,18,9,18,false",
    "false,0,,2000000,150000,2000000,150000,false"
  })
  void countIsChargedIfItIsBelieved(
      boolean own,
      int factor,
      @Nullable Long maxTokens,
      long saidInput,
      long saidOutput,
      long input,
      long output,
      boolean disputed) {
    CountCheck check =
        new CountCheck(
            REQUEST, maxTokens == null ? OptionalLong.empty() : OptionalLong.of(maxTokens), factor);
    CountCheck.Result result = check.check(answer(saidInput, saidOutput), own, true);
    assertThat(result.tokens().input()).isEqualTo(input);
    assertThat(result.tokens().output()).isEqualTo(output);
    assertThat(result.estimated()).isEqualTo(disputed);
    assertThat(result.disputed() != null).isEqualTo(disputed);
  }

  private static Passage answer(long input, long output) {
    Dialect openAi = Dialects.find("openai").orElseThrow();
    Passage passage = openAi.passage(openAi.scan(REQUEST), new Target(openAi, "m", Set.of()));
    byte[] body =
        """
        {"choices":[{"message":{"content":"%s"},"finish_reason":"stop"}],
         "usage":{"prompt_tokens":%d,"completion_tokens":%d}}"""
            .formatted("word".repeat(100), input, output)
            .getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    passage.accept(body, 0, body.length, out);
    passage.end(out);
    return passage;
  }
}
