package potluck.gateway.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.dialect.model.TokenUsage;

class PriceTest {
  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
  private static final PriceList SHIPPED = new PriceList(PriceFile.shipped());

  @ParameterizedTest
  @CsvSource({
    // 1,000 uncached tokens at 2, 500 cached at 0.5 and 100 output tokens at 8 USD per million.
    "gpt-4.1,1500,500,0,100,3050",
    "gpt-4.1-mini-2025-04-14,1000000,0,0,0,400000",
    "openai/gpt-4.1-nano,1,0,0,0,0",
    "gpt-4.1-nano,5,0,0,0,1",
    "claude-sonnet-4-5-20250929,1000,200,300,10,2835",
    // Above 200,000 tokens Gemini 2.5 Pro costs twice as much.
    "gemini-2.5-pro,200000,0,0,0,250000",
    "gemini-2.5-pro,200001,0,0,0,500003"
  })
  void priceIsExactToTheMicroDollar(
      String model, long input, long cached, long written, long output, long micros) {
    TokenUsage tokens = new TokenUsage(input, cached, written, output, 0);
    assertThat(SHIPPED.find(model, null, NOW).orElseThrow().cost(tokens)).isEqualTo(micros);
  }

  @Test
  void priceListPrefersAccountThenLongestPatternThenLatestDate() {
    PriceList list =
        new PriceList(
            PriceFile.read(
                """
                - {model: "m*", input: 1}
                - {model: "m-large*", input: 2}
                - {model: "m-large*", input: 3, from: 2026-10-01}
                - {model: "m-large*", input: 4, from: 2027-01-01}
                - {model: "m*", account: "aa", input: 9}
                """));
    TokenUsage million = new TokenUsage(1_000_000, 0, 0, 0, 0);
    assertThat(list.find("m-small", null, NOW).orElseThrow().cost(million)).isEqualTo(1_000_000);
    assertThat(list.find("m-large-2", null, NOW).orElseThrow().cost(million)).isEqualTo(3_000_000);
    assertThat(list.find("m-large-2", "aa", NOW).orElseThrow().cost(million)).isEqualTo(9_000_000);
    assertThat(list.find("other", null, NOW)).isEmpty();
  }

  /** A price that an operator sets for a model replaces the pattern of the built-in list. */
  @Test
  void priceOfACompleteNameComesBeforePatterns() {
    PriceList list =
        new PriceList(
            PriceFile.read(
                """
                - {model: "gpt-4.1-mini*", input: 1}
                - {model: "gpt-4.1-mini", input: 5}
                """));
    TokenUsage million = new TokenUsage(1_000_000, 0, 0, 0, 0);
    assertThat(list.find("gpt-4.1-mini", null, NOW).orElseThrow().cost(million))
        .isEqualTo(5_000_000);
    assertThat(list.find("gpt-4.1-mini-2026", null, NOW).orElseThrow().cost(million))
        .isEqualTo(1_000_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- {model: m, input: -1}",
        "- {model: m, input: NaN}",
        "- {model: m, input: 1e99}",
        "- {model: m, inputs: 1}",
        "- {input: 1}",
        "model: m",
        "- {model: m, from: yesterday}",
        "- ["
      })
  void priceFileRejectsInvalidPrices(String yaml) {
    assertThatThrownBy(() -> PriceFile.read(yaml)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tariffRoundsUpSoThatUseIsNeverFree() {
    Tariff tariff =
        new Tariff(
            SHIPPED, new ModelGroups(ModelGroups.DEFAULT), Tariff.Unit.SHARE, 100_000_000, 100_000);
    TokenUsage one = new TokenUsage(1, 0, 0, 0, 0);
    assertThat(tariff.charge(one, OptionalLong.of(1))).isEqualTo(1);
    assertThat(tariff.charge(one, OptionalLong.of(0))).isZero();
    assertThat(tariff.charge(new TokenUsage(1_000_000, 0, 0, 0, 0), OptionalLong.empty()))
        .isEqualTo(1000);
    assertThat(tariff.groups().of("claude-opus-4-8")).isEqualTo("claude");
    assertThat(tariff.groups().of("gpt-5")).isEqualTo("gpt-5");
    assertThat(
            List.of(new ModelGroups("a=x*,y;b=z").of("xx"), new ModelGroups("a=x*,y;b=z").of("z")))
        .containsExactly("a", "b");
  }
}
