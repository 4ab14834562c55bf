package potluck.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import potluck.gateway.upstream.Timeouts;

class QuirksTest {
  @Test
  void quirksUseTheFirstMatchingPatternAndIgnoreTheVendor() {
    Quirks quirks =
        new Quirks(
            Set.of("max-tokens"),
            List.of(
                Map.entry("claude-3*", Set.of("thinking-budget")),
                Map.entry("claude-*", Set.of("thinking-adaptive"))));
    assertThat(quirks.of("claude-3-opus"))
        .containsExactlyInAnyOrder("max-tokens", "thinking-budget");
    assertThat(quirks.of("anthropic/claude-opus-5"))
        .containsExactlyInAnyOrder("max-tokens", "thinking-adaptive");
    assertThat(quirks.of("gpt-5")).containsExactly("max-tokens");
  }

  @Test
  void catalogueAddsTheOperatorsProvidersToTheShippedOnes() {
    Duration second = Duration.ofSeconds(1);
    Timeouts bounds = new Timeouts(second, second, second, second);
    Catalogue shipped = Catalogue.shipped(bounds);
    Catalogue both =
        shipped.with("acme: {dialect: anthropic, base_url: 'https://acme.example'}", bounds);
    assertThat(both.names()).containsAll(shipped.names()).contains("acme");
    assertThatThrownBy(() -> shipped.with("acme: {dialect: klingon}", bounds))
        .hasMessage("acme speaks an unknown dialect: klingon");
    assertThatThrownBy(() -> shipped.with("acme: {dialect: openai, auth: magic}", bounds))
        .hasMessage("acme has an unknown auth: magic");
    assertThatThrownBy(() -> shipped.with("acme: {dialect: openai, quirks: [odd]}", bounds))
        .hasMessage("acme has an unknown quirk: odd");
    assertThatThrownBy(() -> shipped.with("just text", bounds))
        .hasMessage("it must map names to providers");
  }

  @Test
  void catalogueReadsAllShippedProviders() {
    Duration second = Duration.ofSeconds(1);
    Catalogue catalogue = Catalogue.shipped(new Timeouts(second, second, second, second));
    assertThat(catalogue.names()).contains("azure-openai", "ollama", "vllm", "anthropic", "gemini");
  }
}
