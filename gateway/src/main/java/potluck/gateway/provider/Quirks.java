package potluck.gateway.provider;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Oddities of a provider, and of some of its models. Immutable.
 *
 * @param always of all models
 * @param byModel by pattern, which may end with {@code *}; the first that fits counts, so that the
 *     narrower ones stand first
 */
record Quirks(Set<String> always, List<Map.Entry<String, Set<String>>> byModel) {
  /**
   * What dialects know to bear with. A word that is not among them is a mistake in the catalogue.
   */
  static final Set<String> KNOWN =
      Set.of(
          "no-stream-options",
          "max-tokens",
          "no-reasoning",
          "thinking-budget",
          "thinking-adaptive",
          "system-turns",
          "no-system-turns",
          "no-count");

  /** Those of a model, by the provider's name of it. */
  Set<String> of(String model) {
    String plain = model.substring(model.lastIndexOf('/') + 1);
    // As Bedrock names them: us.anthropic.claude-sonnet-4-5-20250929-v1:0.
    int vendor = plain.indexOf("anthropic.");
    plain = vendor < 0 ? plain : plain.substring(vendor + "anthropic.".length());
    for (Map.Entry<String, Set<String>> entry : byModel) {
      String pattern = entry.getKey();
      boolean fits =
          pattern.endsWith("*")
              ? plain.startsWith(pattern.substring(0, pattern.length() - 1))
              : plain.equals(pattern);
      if (fits) {
        Set<String> all = new HashSet<>(always);
        all.addAll(entry.getValue());
        return all;
      }
    }
    return always;
  }
}
