package potluck.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import potluck.server.command.PotluckCommand;

/** Types many commands in one process, and prints of each what it said, as JSON lines. */
public final class CommandRunner {
  /** Between the words of a command. */
  public static final String SPACE = "\u0001";

  private CommandRunner() {}

  public static void main(String[] commands) throws IOException {
    PrintStream said = System.out;
    for (String command : commands) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      System.setOut(new PrintStream(out, true, UTF_8));
      System.setErr(new PrintStream(err, true, UTF_8));
      int status = PotluckCommand.run(command.split(SPACE, -1));
      said.println(
          new ObjectMapper()
              .writeValueAsString(
                  new CommandResult(status, out.toString(UTF_8), err.toString(UTF_8))));
    }
  }
}
