package potluck.server.settings;

import java.util.List;

/** The program must not start with these settings; has all problems at once. */
public final class InvalidSettings extends RuntimeException {
  private final transient List<String> problems;

  InvalidSettings(List<String> problems) {
    super(String.join("\n", problems), null, false, false);
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
