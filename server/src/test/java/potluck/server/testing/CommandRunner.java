package potluck.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.List;
import potluck.server.command.PotluckCommand;

/**
 * A process that runs one command after the other: each line of its standard input is a {@link
 * Command} in JSON, and it prints a {@link CommandResult} in JSON for it. A process per command
 * would take a second of processor time each.
 */
public final class CommandRunner {
  /**
   * A command to run.
   *
   * @param folder the folder in which it finds {@code .env} and {@code data}
   * @param input its standard input
   */
  record Command(String folder, List<String> words, String input) {}

  private CommandRunner() {}

  public static void main(String[] args) throws IOException {
    ObjectMapper json = new ObjectMapper();
    BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    PrintStream results = System.out;
    String line;
    while ((line = commands.readLine()) != null) {
      Command command = json.readValue(line, Command.class);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      System.setProperty("user.dir", command.folder());
      System.setIn(new ByteArrayInputStream(command.input().getBytes(UTF_8)));
      System.setOut(new PrintStream(out, true, UTF_8));
      System.setErr(new PrintStream(err, true, UTF_8));
      int status = PotluckCommand.run(command.words().toArray(String[]::new));
      results.println(
          json.writeValueAsString(
              new CommandResult(status, out.toString(UTF_8), err.toString(UTF_8))));
    }
  }
}
