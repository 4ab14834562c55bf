package potluck.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import potluck.server.testing.DocumentPage;

/** Every {@code ./potluck} command in the documents exists. */
class DocumentedCommandsTest {
  /** Commands that the script handles itself. */
  private static final Set<String> OF_THE_SCRIPT =
      Set.of("test", "build", "package", "bench", "version", "help");

  private final CommandLine line = new CommandLine(PotluckCommand.create());

  @Test
  void everyDocumentedCommandExists() throws IOException {
    String script = Files.readString(DocumentPage.ROOT.resolve("potluck"));
    String bench = Files.readString(DocumentPage.ROOT.resolve("bench/run"));
    List<String> wrong = new ArrayList<>();
    int checked = 0;
    for (DocumentPage page : DocumentPage.all()) {
      for (List<String> words : page.commands()) {
        checked++;
        String first = words.getFirst();
        if (!OF_THE_SCRIPT.contains(first)) {
          refusal(words).ifPresent(why -> wrong.add(page.name() + ": " + words + ": " + why));
        } else if (!Pattern.compile("\n  (\\S+ \\| )*" + first + "( \\| \\S+)*\\) ")
            .matcher(script)
            .find()) {
          wrong.add(page.name() + ": the script has no " + first);
        }
        if (first.equals("bench")) {
          words.stream()
              .filter(word -> word.startsWith("--") && !word.equals("--help"))
              .filter(word -> !bench.contains(word + ")") && !bench.contains(word + " "))
              .forEach(word -> wrong.add(page.name() + ": bench has no " + word));
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(checked).isGreaterThan(100);
  }

  private Optional<String> refusal(List<String> words) {
    try {
      line.parseArgs(words.toArray(String[]::new));
      return Optional.empty();
    } catch (CommandLine.MissingParameterException named) {
      // The document only names the command, without its arguments.
      return Optional.empty();
    } catch (CommandLine.ParameterException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
