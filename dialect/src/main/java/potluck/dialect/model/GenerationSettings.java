package potluck.dialect.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How to answer. Immutable; null where the caller left it open.
 *
 * @param stopSequences texts that end the answer
 * @param thinking null where nothing was said about it
 * @param format null for plain text
 */
public record GenerationSettings(
    OptionalLong maxTokens,
    Sampling sampling,
    List<String> stopSequences,
    @Nullable Thinking thinking,
    @Nullable Format format) {

  /**
   * How words are drawn.
   *
   * @param presencePenalty how much a word that was said is avoided, -2 to 2
   * @param frequencyPenalty how much a word is avoided the more it was said, -2 to 2
   * @param seed of the dice
   */
  public record Sampling(
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Long topK,
      @Nullable Double presencePenalty,
      @Nullable Double frequencyPenalty,
      @Nullable Long seed) {

    /** Drawn without a say in penalties and dice, which not every dialect has. */
    public static Sampling of(
        @Nullable Double temperature, @Nullable Double topP, @Nullable Long topK) {
      return new Sampling(temperature, topP, topK, null, null, null);
    }
  }

  /**
   * How much to think.
   *
   * @param level none, minimal, low, medium, high, xhigh or max
   * @param budget in tokens; empty where only a level was named
   */
  public record Thinking(String level, OptionalLong budget) {
    public boolean isOff() {
      return level.equals("none");
    }

    /** The level that a number of tokens stands for. */
    public static Thinking of(long budget) {
      String level =
          budget == 0
              ? "none"
              : budget < 0
                  ? "medium"
                  : budget <= 4096 ? "low" : budget <= 16384 ? "medium" : "high";
      return new Thinking(level, budget < 0 ? OptionalLong.empty() : OptionalLong.of(budget));
    }

    /** The number of tokens that a level stands for. */
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
   * JSON instead of prose.
   *
   * @param schema null where any JSON object will do
   */
  public record Format(String name, @Nullable JsonNode schema, boolean strict) {}
}
