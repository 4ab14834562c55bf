package potluck.server.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The output and exit status of a {@code ./potluck} command. The command runs in another process
 * than the test, in a given folder and with given environment variables.
 */
public record CommandResult(int status, String out, String err) {
  private static final Map<String, String> DEFAULT_ENVIRONMENT = Map.of("METRICS_PORT", "0");

  /**
   * @param environment all variables of the process but PATH
   * @param input its standard input
   */
  public static CommandResult runIn(
      Path folder, Map<String, String> environment, String input, String... words) {
    return CommandProcess.of(environment).run(folder, input, List.of(words));
  }

  public static CommandResult runIn(Path folder, String... words) {
    return runIn(folder, DEFAULT_ENVIRONMENT, "", words);
  }

  /**
   * Runs several commands one after the other.
   *
   * @param input the standard input of each of them
   */
  public static List<CommandResult> all(
      Path folder, Map<String, String> environment, String input, List<List<String>> commands) {
    CommandProcess process = CommandProcess.of(environment);
    return commands.stream().map(words -> process.run(folder, input, words)).toList();
  }

  /**
   * @param commands each a command's words, separated by spaces
   */
  public static List<CommandResult> all(Path folder, String... commands) {
    return all(
        folder,
        DEFAULT_ENVIRONMENT,
        "",
        Stream.of(commands).map(command -> List.of(command.split(" "))).toList());
  }

  /** Runs a command; fails if its exit status is not 0. */
  public static CommandResult succeeded(Path folder, String... words) {
    CommandResult result = runIn(folder, words);
    if (result.status() != 0) {
      throw new AssertionError(result.toString());
    }
    return result;
  }
}
