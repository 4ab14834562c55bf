package potluck.server.settings;

import java.util.List;

/** Thrown where the program must not start as it is set; says everything that is wrong at once. */
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
