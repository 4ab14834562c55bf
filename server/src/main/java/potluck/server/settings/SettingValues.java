package potluck.server.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.Secret;

/**
 * The value of each setting, in the type that its consumer needs. A consumer reads its settings
 * from here into a small record of its own. While settings are parsed, problems are collected here;
 * afterwards this is immutable.
 */
public final class SettingValues {
  private final Map<String, String> values;
  private final Set<String> inEnvironment;
  private final String file;
  private final Path folder;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param values texts by name, from the environment and {@code .env}
   * @param inEnvironment names that are set in the environment; all others come from the file
   * @param file the file of settings
   * @param folder relative file names start here
   */
  SettingValues(Map<String, String> values, Set<String> inEnvironment, Path file, Path folder) {
    this.inEnvironment = Set.copyOf(inEnvironment);
    this.file = file.toString();
    this.values = Map.copyOf(values);
    this.folder = folder;
  }

  /** The value, without spaces around it; the default if it is not set. */
  public String text(Setting setting) {
    return find(setting).orElse(setting.defaultValue());
  }

  /** The value, without spaces around it; empty if it is not set. */
  public Optional<String> find(Setting setting) {
    @Nullable String value = values.get(setting.name());
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  /** Where a value comes from. */
  public enum Origin {
    DEFAULT,
    /** The environment of the process. */
    ENV,
    /** The file {@code .env}. */
    FILE
  }

  /** Where the value of a setting comes from; a former name that is set counts. */
  public Origin origin(Setting setting) {
    Origin own = origin(setting.name());
    return own != Origin.DEFAULT && !inEnvironment.contains(setting.name())
        ? setting.formerName().map(this::origin).filter(former -> former == Origin.ENV).orElse(own)
        : own;
  }

  /** Where the value of this name comes from; DEFAULT if it is not set. */
  public Origin origin(String name) {
    @Nullable String value = values.get(name);
    if (value == null || value.isBlank()) {
      return Origin.DEFAULT;
    }
    return inEnvironment.contains(name) ? Origin.ENV : Origin.FILE;
  }

  /** The file of settings. */
  public String file() {
    return file;
  }

  /** The value, with *** for the password of a URL. */
  public String textWithoutPassword(Setting setting) {
    return text(setting).replaceAll("://([^:/@\\s]*):[^\\s,]*@", "://$1:***@");
  }

  /** A comma-separated list, without empty entries. */
  public List<String> list(Setting setting) {
    return Arrays.stream(text(setting).split(","))
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  /** A word in the case in which it is declared; the default if the value is not one of them. */
  public String choice(Setting setting) {
    String value = text(setting);
    return setting.type() instanceof SettingType.Choice choice
        ? choice.find(value).orElse(setting.defaultValue())
        : value;
  }

  /** Whether a choice between true and false is set to true. */
  public boolean isTrue(Setting setting) {
    return choice(setting).equals("true");
  }

  /** A whole number; the default if the value is not one or out of range. */
  public long number(Setting setting) {
    String value = text(setting);
    boolean valid =
        setting.type() instanceof SettingType.WholeNumber number && number.allows(value);
    return Long.parseLong(valid ? value : setting.defaultValue());
  }

  /** The same as an int; for settings whose range fits. */
  public int integer(Setting setting) {
    return Math.toIntExact(number(setting));
  }

  public Duration seconds(Setting setting) {
    return Duration.ofSeconds(number(setting));
  }

  /** A file, relative to the folder in which Potluck was started; empty if it is not set. */
  public Optional<Path> path(Setting setting) {
    return find(setting).map(folder::resolve);
  }

  /** Names of all values, known or not. */
  Set<String> names() {
    return values.keySet();
  }

  /** A value by a name that is not in {@link Setting}, such as those of one OIDC provider. */
  @Nullable String value(String name) {
    return values.get(name);
  }

  /** The same; an empty text if it is not set. */
  String valueOrEmpty(String name) {
    return values.getOrDefault(name, "");
  }

  Secret secret(String name) {
    return new Secret(valueOrEmpty(name));
  }

  /** Records that a value cannot be used; {@link #check} reports all problems at once. */
  void addProblem(String problem) {
    problems.add(problem);
  }

  /**
   * @throws InvalidSettings if there are problems
   */
  void check() {
    if (!problems.isEmpty()) {
      throw new InvalidSettings(problems);
    }
  }
}
