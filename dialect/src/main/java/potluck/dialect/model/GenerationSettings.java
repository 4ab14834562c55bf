package potluck.dialect.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How the model shall answer. Immutable; null or empty means the provider's default.
 *
 * @param maxTokens maximum answer length in tokens
 * @param stopSequences texts that end the answer
 * @param thinking null if the caller said nothing about it
 * @param format null for plain text
 */
public record GenerationSettings(
    OptionalLong maxTokens,
    Sampling sampling,
    List<String> stopSequences,
    @Nullable Thinking thinking,
    @Nullable Format format) {

  /**
   * How tokens are sampled.
   *
   * @param presencePenalty penalty for tokens that occurred already, -2 to 2
   * @param frequencyPenalty penalty that grows with each occurrence of a token, -2 to 2
   * @param seed for reproducible sampling
   */
  public record Sampling(
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Long topK,
      @Nullable Double presencePenalty,
      @Nullable Double frequencyPenalty,
      @Nullable Long seed) {

    /** Sampling without penalties and seed, which some dialects do not have. */
    public static Sampling of(
        @Nullable Double temperature, @Nullable Double topP, @Nullable Long topK) {
      return new Sampling(temperature, topP, topK, null, null, null);
    }
  }

  /**
   * How much the model shall think.
   *
   * @param level none, minimal, low, medium, high, xhigh or max
   * @param budget in tokens; empty if only a level was given
   */
  public record Thinking(String level, OptionalLong budget) {
    public boolean isOff() {
      return level.equals("none");
    }

    /**
     * Thinking with a budget in tokens and the level that corresponds to it; negative means that
     * the model decides.
     */
    public static Thinking of(long budget) {
      String level =
          budget == 0
              ? "none"
              : budget < 0
                  ? "medium"
                  : budget <= 4096 ? "low" : budget <= 16384 ? "medium" : "high";
      return new Thinking(level, budget < 0 ? OptionalLong.empty() : OptionalLong.of(budget));
    }

    /** The budget in tokens, or the number that corresponds to the level. */
    public long tokens() {
      return budget.orElse(
          switch (level) {
            case "none" -> 0;
            case "minimal" -> 1024;
            case "low" -> 4096;
            case "medium" -> 16384;
            default -> 32768;
          });
    }
  }

  /**
   * JSON output instead of plain text.
   *
   * @param schema JSON Schema; null if any JSON object is accepted
   * @param strict whether the output must follow the schema exactly
   */
  public record Format(String name, @Nullable JsonNode schema, boolean strict) {}
}
