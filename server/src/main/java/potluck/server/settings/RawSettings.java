package potluck.server.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;

/** The texts that were given, each as what its setting is, and what is wrong with them. One use. */
final class RawSettings {
  private final Map<String, String> values;
  private final List<String> problems = new ArrayList<>();

  RawSettings(Map<String, String> values) {
    this.values = values;
  }

  /** Names of all that were given, known or not. */
  Set<String> names() {
    return values.keySet();
  }

  /** A value by a name that is not of the list, such as those of a login's own. */
  @Nullable String value(String name) {
    return values.get(name);
  }

  /** The same; empty where it is not given. */
  String valueOrEmpty(String name) {
    return values.getOrDefault(name, "");
  }

  /** Something cannot be used; all that is wrong is told at once. */
  void addProblem(String problem) {
    problems.add(problem);
  }

  /**
   * @throws InvalidSettings where something was wrong
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }

  Secret secret(String name) {
    return new Secret(valueOrEmpty(name));
  }

  List<String> list(Setting setting) {
    return Arrays.stream(text(setting).split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  String text(Setting setting) {
    return find(setting).orElse(setting.defaultValue());
  }

  Optional<String> find(Setting setting) {
    @Nullable String value = values.get(setting.name());
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /** As it is declared, in whatever case it is given; the usual one where it is none. */
  String choice(Setting setting) {
    String value = text(setting);
    return setting.type() instanceof SettingType.Choice choice
        ? choice.find(value).orElse(setting.defaultValue())
        : value;
  }

  Duration seconds(Setting setting) {
    return Duration.ofSeconds(number(setting));
  }

  long number(Setting setting) {
    String value = text(setting);
    boolean good = setting.type() instanceof SettingType.WholeNumber number && number.allows(value);
    return Long.parseLong(good ? value : setting.defaultValue());
  }
}
