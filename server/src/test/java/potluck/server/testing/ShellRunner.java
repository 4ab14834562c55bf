package potluck.server.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the commands of a page in one shell, in order, with placeholders replaced. */
public final class ShellRunner {
  private static final String STATUS_MARK = "\u001e";
  private static final long MAX_SECONDS = 120;

  /** If a page shows no output of a command, curl fails on an HTTP error. */
  private static final String CURL =
      """
      curl() { command curl --silent --show-error --max-time 60 $strict "$@"; }
      """;

  private ShellRunner() {}

  /** The exit status and output of a step. */
  public record ShellResult(DocumentPage.Step step, int status, String out) {}

  /**
   * @param own replacements, by the text in the page that they replace
   */
  public static List<ShellResult> run(
      Path folder, TestServer server, List<DocumentPage.Step> steps, Map<String, String> own)
      throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder(CURL);
    script.append("POTLUCK=").append(server.url());
    script.append(" KEY=").append(server.key(server.admin()));
    script.append(" TOKEN=").append(server.admin()).append(" ADMIN=").append(server.admin());
    script.append('\n');
    for (DocumentPage.Step step : steps) {
      script
          .append("strict=")
          .append(step.expected() == null ? "--fail-with-body" : "")
          .append('\n');
      script.append(substitute(step.command(), own)).append('\n');
      script.append("printf '\\036%d\\036' $?\n");
    }
    Path file = folder.resolve("typed.sh");
    Files.writeString(file, script);
    Process process =
        new ProcessBuilder("sh", file.toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    String[] parts = output.split(STATUS_MARK, -1);
    List<ShellResult> results = new ArrayList<>();
    for (int i = 0; i < steps.size() && 2 * i + 1 < parts.length; i++) {
      results.add(new ShellResult(steps.get(i), Integer.parseInt(parts[2 * i + 1]), parts[2 * i]));
    }
    return results;
  }

  public static String substitute(String text, Map<String, String> own) {
    String filled = text;
    for (Map.Entry<String, String> each : own.entrySet()) {
      filled = filled.replace(each.getKey(), each.getValue());
    }
    return filled;
  }

  /** Whether an executable file of this name is in PATH. */
  public static boolean installed(String program) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
