package potluck.server.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ./potluck completion bash}: a completion script for a shell. */
@Command(
    name = "completion",
    description = "Print a completion script: source <(./potluck completion bash).",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  /** A shell; zsh reads bash's script. */
  enum Shell {
    bash,
    zsh
  }

  @Parameters(description = "${COMPLETION-CANDIDATES}", defaultValue = "bash")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    System.out.print(AutoComplete.bash("potluck", new CommandLine(PotluckCommand.create())));
    return 0;
  }
}
