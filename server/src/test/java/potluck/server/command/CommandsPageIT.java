package potluck.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.kit.FakeUpstream;
import potluck.server.testing.CommandResult;
import potluck.server.testing.DocumentPage;
import potluck.server.testing.TestServer;

/**
 * Runs the commands of docs/reference/commands.md in order on a new server, and checks their
 * output.
 */
@Timeout(300)
class CommandsPageIT {
  @TempDir Path folder;

  @Test
  void documentedCommandsPrintWhatIsShown() throws Exception {
    Path providers = folder.resolve("providers.yaml");
    try (FakeUpstream upstream = FakeUpstream.start()) {
      Files.writeString(
          providers, "openai: {dialect: openai, base_url: \"" + upstream.address() + "/v1\"}");
      TestServer server = TestServer.start(Map.of("PROVIDERS_FILE", providers.toString()));
      try {
        List<DocumentPage.Step> steps = steps("docs/reference/commands.md");
        List<CommandResult> all =
            type(server, steps.stream().map(step -> words(step.command())).toList());
        for (int i = 0; i < steps.size(); i++) {
          DocumentPage.Step step = steps.get(i);
          CommandResult typed = all.get(i);
          String what = step.command() + ": " + typed;
          assertThat(typed.status()).as(what).isZero();
          if (step.expected() != null && !step.expected().isBlank()) {
            // Checks the first line only: names and numbers below it differ.
            String first =
                step.expected().lines().filter(CommandsPageIT::isOutput).findFirst().orElse("");
            assertThat(normalizeSpaces(typed.out())).as(what).contains(normalizeSpaces(first));
          }
        }
      } finally {
        server.close();
      }
    }
  }

  @Test
  void chinesePageHasTheSameCommands() {
    assertThat(
            steps("docs/reference/commands.zh-CN.md").stream().map(step -> words(step.command())))
        .containsExactlyElementsOf(
            steps("docs/reference/commands.md").stream()
                .map(step -> words(step.command()))
                .toList());
  }

  private static List<DocumentPage.Step> steps(String page) {
    return DocumentPage.of(page).steps().stream()
        .filter(step -> step.command().startsWith("./potluck"))
        .toList();
  }

  /** Excludes prompts for input and lines with paths below /home, which differ here. */
  private static boolean isOutput(String line) {
    return !line.endsWith(":") && !line.contains("/home/");
  }

  private static String normalizeSpaces(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  /**
   * The arguments of a command, without redirection and without its explanation after two spaces.
   */
  private static List<String> words(String command) {
    String words = command.substring("./potluck ".length()).split("  | <")[0];
    return List.of(words.split(" "));
  }

  private List<CommandResult> type(TestServer server, List<List<String>> commands) {
    List<List<String>> all = new ArrayList<>();
    for (List<String> words : commands) {
      List<String> here = new ArrayList<>(words);
      if (here.getFirst().equals("login")) {
        here.removeAll(List.of("--url", "https://potluck.example.org"));
        here.addAll(List.of("--url", server.url()));
      }
      all.add(here);
    }
    return CommandResult.all(
        folder,
        Map.of("XDG_CONFIG_HOME", folder.toString()),
        (TestServer.PASSWORD + "\n").repeat(commands.size()),
        all);
  }
}
