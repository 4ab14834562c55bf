package potluck.server.command;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import potluck.server.backup.DoctorChecks;
import potluck.server.backup.DoctorChecks.Finding;

/** {@code ./potluck doctor}: what is wrong, and how to fix it. */
@Command(
    name = "doctor",
    description = "Check everything and show how to fix problems; exit status 1 if there are any.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Option(names = "--json", description = "write JSON")
  private boolean json;

  @Override
  public Integer call() {
    LogSilencer.silence();
    List<Finding> found =
        DoctorChecks.all(System.getenv(), PotluckCommand.folder(), Clock.systemUTC());
    List<Finding> wrong = found.stream().filter(finding -> !finding.well()).toList();
    if (json) {
      ConsoleOutput.json(found);
    } else {
      found.forEach(DoctorCommand::print);
      System.out.println(
          wrong.isEmpty()
              ? CommandText.of("No problems found", "一切正常")
              : CommandText.of(
                  wrong.size() == 1 ? "1 problem was found" : wrong.size() + " problems were found",
                  "发现 " + wrong.size() + " 个问题"));
    }
    return wrong.isEmpty() ? 0 : 1;
  }

  /** Prints a finding in the language of this process. */
  static void print(Finding finding) {
    System.out.printf(
        "%s %s: %s%n",
        finding.well() ? "✓" : "✗",
        CommandText.translate(finding.what()),
        CommandText.translate(finding.says()));
    if (!finding.fix().isEmpty()) {
      System.out.println("    → " + CommandText.translate(finding.fix()));
    }
  }
}
