package potluck.gateway.meter;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names under which the price of a model may be listed. Stateless. */
final class ModelNames {
  private static final Pattern DATE =
      Pattern.compile("[-@](?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|latest|default)");

  /**
   * Bedrock's names, such as {@code us.anthropic.claude-sonnet-4-5-20250929-v1:0}. Source: AWS,
   * "Supported foundation models in Amazon Bedrock".
   */
  private static final Pattern BEDROCK =
      Pattern.compile(
          "(?:[a-z-]+\\.)?(?:anthropic|mistral|deepseek|openai)\\.(.+?)(?:-v[0-9]+(?::[0-9]+)?)?");

  private ModelNames() {}

  /**
   * The name itself, the name without the vendor before a slash, and the vendor's own name of a
   * model of Bedrock or OpenRouter.
   */
  static List<String> of(String model) {
    List<String> names = new ArrayList<>(List.of(model));
    String plain = model.substring(model.lastIndexOf('/') + 1);
    names.add(plain);
    Matcher bedrock = BEDROCK.matcher(plain);
    if (bedrock.matches()) {
      names.add(bedrock.group(1));
    }
    if (plain.startsWith("claude-")) {
      names.add(plain.replace('.', '-')); // OpenRouter writes claude-sonnet-4.5.
    }
    return names;
  }

  /** Whether the ending of a name only says from when the model is, or that it is the latest. */
  static boolean isDate(String ending) {
    return DATE.matcher(ending).matches();
  }
}
