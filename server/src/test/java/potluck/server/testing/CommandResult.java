package potluck.server.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a command of {@code ./potluck} printed, and its exit status. It runs in a process of its
 * own, in a folder and with an environment.
 */
public record CommandResult(int status, String out, String err) {
  private static final Map<String, String> DEFAULT_ENVIRONMENT = Map.of("METRICS_PORT", "0");

  /**
   * @param environment all variables of the process but PATH
   * @param input its standard input
   */
  public static CommandResult runIn(
      Path folder, Map<String, String> environment, String input, String... words) {
    return CommandProcess.of(folder, environment).run(input, List.of(words));
  }

  public static CommandResult runIn(Path folder, String... words) {
    return runIn(folder, DEFAULT_ENVIRONMENT, "", words);
  }

  /**
   * Several commands one after the other.
   *
   * @param input the standard input of each of them
   */
  public static List<CommandResult> all(
      Path folder, Map<String, String> environment, String input, List<List<String>> commands) {
    CommandProcess process = CommandProcess.of(folder, environment);
    return commands.stream().map(words -> process.run(input, words)).toList();
  }

  /**
   * @param commands words with a space between
   */
  public static List<CommandResult> all(Path folder, String... commands) {
    return all(
        folder,
        DEFAULT_ENVIRONMENT,
        "",
        Stream.of(commands).map(command -> List.of(command.split(" "))).toList());
  }

  /** The same; fails if the command fails. */
  public static CommandResult succeeded(Path folder, String... words) {
    CommandResult result = runIn(folder, words);
    if (result.status() != 0) {
      throw new AssertionError(result.toString());
    }
    return result;
  }
}
