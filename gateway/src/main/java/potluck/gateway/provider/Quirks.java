package potluck.gateway.provider;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deviations of a provider and of some of its models from their dialect. Immutable.
 *
 * @param always apply to all models
 * @param byModel further quirks by pattern, which may end in {@code *}; the first match counts, so
 *     narrow patterns come first
 */
record Quirks(Set<String> always, List<Map.Entry<String, Set<String>>> byModel) {
  /** The quirks that dialects know. Any other word in the catalogue is an error. */
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

  /** The quirks of a model, given the provider's name of it. */
  Set<String> of(String model) {
    String plain = model.substring(model.lastIndexOf('/') + 1);
    // Bedrock's names look like us.anthropic.claude-sonnet-4-5-20250929-v1:0.
    int vendor = plain.indexOf("anthropic.");
    plain = vendor < 0 ? plain : plain.substring(vendor + "anthropic.".length());
    for (Map.Entry<String, Set<String>> entry : byModel) {
      String pattern = entry.getKey();
      boolean matches =
          pattern.endsWith("*")
              ? plain.startsWith(pattern.substring(0, pattern.length() - 1))
              : plain.equals(pattern);
      if (matches) {
        Set<String> all = new HashSet<>(always);
        all.addAll(entry.getValue());
        return all;
      }
    }
    return always;
  }
}
