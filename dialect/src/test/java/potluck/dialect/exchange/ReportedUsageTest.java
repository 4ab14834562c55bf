package potluck.dialect.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.dialect.Passage;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Ask;
import potluck.dialect.model.TokenUsage;
import potluck.dialect.model.UsageReport;

/** What counts as a count in the usage of upstreams, translated or not. */
class ReportedUsageTest {
  @ParameterizedTest
  @CsvSource({
    "openai,prompt_tokens,completion_tokens,usage",
    "responses,input_tokens,output_tokens,usage",
    "anthropic,input_tokens,output_tokens,usage",
    "gemini,promptTokenCount,candidatesTokenCount,usageMetadata"
  })
  void onlyNonNegativeIntegersAreCounts(String upstream, String in, String out, String usage) {
    for (String client : new String[] {"openai", "responses", "anthropic", "gemini"}) {
      String json =
          "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":{\"content\":\"pong\"}}],";
      json +=
          "\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"parts\":[]}}],\"%s\":{%s}}";
      for (String odd : new String[] {"\"7\"", "null", "NaN", "Infinity", "-1", "0.5", "[7]"}) {
        String counts = "\"%s\":%s,\"%s\":5".formatted(in, odd, out);
        UsageReport report = read(client, upstream, json.formatted(usage, counts));
        assertThat(report.inputCounted()).as("%s over %s: %s", client, upstream, odd).isFalse();
        assertThat(report.outputCounted()).isTrue();
        counts = "\"%s\":9,\"%s\":%s".formatted(in, out, odd);
        report = read(client, upstream, json.formatted(usage, counts));
        assertThat(report.inputCounted()).isTrue();
        assertThat(report.outputCounted()).as("%s over %s: %s", client, upstream, odd).isFalse();
      }
      for (String fine : new String[] {"7", "7.0", "7e0"}) {
        String counts = "\"%s\":9,\"%s\":%s".formatted(in, out, fine);
        assertThat(read(client, upstream, json.formatted(usage, counts)))
            .isEqualTo(UsageReport.of(new TokenUsage(9, 0, 0, 7, 0)));
      }
      for (String much : new String[] {"1e308", "1e400", "99999999999999999999"}) {
        String counts = "\"%s\":9,\"%s\":%s".formatted(in, out, much);
        assertThat(read(client, upstream, json.formatted(usage, counts)).tokens().output())
            .isEqualTo(TokenUsage.MAX_COUNT);
      }
    }
  }

  @Test
  void placeholderAtTheStartOfAMessageIsNotACount() {
    for (String client : new String[] {"openai", "anthropic"}) {
      Passage passage = passage(client, "anthropic", true);
      byte[] start =
          "data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":50,\"output_tokens\":1}}}\n\n"
              .getBytes(UTF_8);
      passage.accept(start, 0, start.length, new ByteArrayOutputStream());
      assertThat(passage.usage().inputCounted()).isTrue();
      assertThat(passage.usage().outputCounted()).isFalse();
    }
  }

  private static UsageReport read(String client, String upstream, String answer) {
    Passage passage = passage(client, upstream, false);
    byte[] bytes = answer.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    passage.accept(bytes, 0, bytes.length, out);
    passage.end(out);
    assertThat(passage.state()).as(answer).isEqualTo(Passage.State.COMPLETE);
    return passage.usage();
  }

  private static Passage passage(String client, String upstream, boolean stream) {
    Ask ask =
        Dialects.find(client)
            .orElseThrow()
            .scan("{\"model\":\"m\",\"x\":1}".getBytes(UTF_8))
            .withModel("m", stream);
    Target target = new Target(Dialects.find(upstream).orElseThrow(), "m", Set.of());
    return DialectExchange.between(
            Dialects.find(client).orElseThrow(), ask, target, TranslationOptions.DEFAULT)
        .passage();
  }
}
