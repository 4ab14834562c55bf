package potluck.gateway.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
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
                - {model: "m-large*", account: "aa", input: 9}
                """));
    TokenUsage million = new TokenUsage(1_000_000, 0, 0, 0, 0);
    assertThat(list.find("m", null, NOW).orElseThrow().cost(million)).isEqualTo(1_000_000);
    assertThat(list.find("m-large-2025-01-01", null, NOW).orElseThrow().cost(million))
        .isEqualTo(3_000_000);
    assertThat(list.find("m-large", "aa", NOW).orElseThrow().cost(million)).isEqualTo(9_000_000);
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
    assertThat(list.find("gpt-4.1-mini-2026-01-01", null, NOW).orElseThrow().cost(million))
        .isEqualTo(1_000_000);
  }

  /** The price of a model, in USD per million tokens of output, or none. */
  @ParameterizedTest
  @CsvSource({
    "claude-opus-4-20250514,75",
    "claude-opus-4-0,75",
    "claude-opus-4-7,25",
    "claude-opus-4-8,25",
    "claude-opus-4-9,",
    "claude-sonnet-4-5@20250929,15",
    "us.anthropic.claude-sonnet-4-5-20250929-v1:0,15",
    "anthropic.claude-opus-4-7,25",
    "anthropic/claude-opus-4.8,25",
    "grok-4-0709,15",
    "grok-4-latest,15",
    "grok-4-fast,0.5",
    "grok-4-fast-non-reasoning-latest,0.5",
    "grok-4.3,",
    "o3-2025-04-16,8",
    "o3-pro-2025-06-10,80",
    "o3-deep-research,",
    "o1-pro,600",
    "o1-2024-12-17,60",
    "gpt-5-2025-08-07,10",
    "gpt-5-chat-latest,10",
    "gpt-5.2,14",
    "gpt-5.2-pro,168",
    "gpt-5.3,",
    "gpt-5-image,",
    "gpt-4o-realtime-preview,",
    "gpt-4o-2024-05-13,15",
    "gemini-2.5-flash-image,",
    "gemini-3-pro-preview,12",
    "my-deployment,"
  })
  void priceNeverCatchesAnotherModel(String model, @Nullable BigDecimal output) {
    assertThat(SHIPPED.find(model, null, NOW).map(price -> BigDecimal.valueOf(price.output(), 6)))
        .isEqualTo(Optional.ofNullable(output).map(usd -> usd.setScale(6)));
  }

  @Test
  void priceWithAnyEndingIsDeclared() {
    PriceList list =
        new PriceList(PriceFile.read("- {model: \"llama\", suffixes: [\"*\"], input: 1}"));
    assertThat(list.find("llama-4-scout", null, NOW)).isPresent();
    assertThat(list.find("alpaca", null, NOW)).isEmpty();
  }

  @Test
  void priceOfADeploymentIsThatOfItsPublicName() {
    Tariff tariff =
        new Tariff(SHIPPED, new ModelGroups(ModelGroups.DEFAULT), Tariff.Unit.USD, 1, 1);
    TokenUsage million = new TokenUsage(1_000_000, 0, 0, 0, 0);
    assertThat(tariff.cost(million, "our-deployment", "gpt-4.1-mini", null, NOW)).hasValue(400_000);
    assertThat(tariff.cost(million, "gpt-4.1", "gpt-4.1-mini", null, NOW)).hasValue(2_000_000);
    assertThat(tariff.cost(million, "our-deployment", "our-name", null, NOW)).isEmpty();
  }

  @Test
  void shippedPricesNameTheirSourceAndDate() throws IOException {
    try (InputStream file = PriceFile.class.getResourceAsStream("/prices.yaml")) {
      String yaml = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      assertThat(yaml.lines().filter(line -> line.startsWith("- ")))
          .isNotEmpty()
          .allMatch(line -> line.matches(".*, source: \"[^\"]+\", checked: 20[0-9-]{8}}"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- {model: m, suffixes: x}",
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
