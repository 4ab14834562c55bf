package potluck.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Markdown page of the documents and the commands in it. A block of code contains commands if its
 * first line begins with {@code $}, a command that the documents use, or an assignment. If the
 * first line begins with {@code $}, each line that begins with {@code $} is a command, and the
 * lines below it are its expected output, in which … stands for any text. Otherwise all lines are
 * commands, and each must succeed.
 */
public record DocumentPage(String name, String text) {
  public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern FIRST =
      Pattern.compile("\\$ .*|curl .*|\\./potluck .*|[A-Z]+=(\\$\\(|http|\\S+$).*");
  private static final Pattern POTLUCK = Pattern.compile("\\./potluck ([^`'\\n]+)");

  /**
   * @param expected the expected output; null if the page shows no output
   */
  public record Step(String command, @Nullable String expected) {}

  public static DocumentPage of(String name) {
    try {
      return new DocumentPage(name, Files.readString(ROOT.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * All Markdown pages in the root folder and below {@code docs}; names are relative to the root.
   */
  public static List<DocumentPage> all() {
    List<DocumentPage> pages = new ArrayList<>();
    try (var top = Files.list(ROOT);
        var below = Files.walk(ROOT.resolve("docs"))) {
      java.util.stream.Stream.concat(top, below)
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> of(ROOT.relativize(file).toString()))
          .forEach(pages::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pages;
  }

  /** Blocks of code, indented or fenced, without their indentation. */
  public List<List<String>> blocks() {
    List<List<String>> blocks = new ArrayList<>();
    List<String> block = new ArrayList<>();
    boolean fenced = false;
    boolean afterBlank = true;
    for (String line : (text + "\n\n").lines().toList()) {
      boolean fence = line.strip().startsWith("```");
      fenced ^= fence;
      if (!fence && (fenced || (line.startsWith("    ") && (afterBlank || !block.isEmpty())))) {
        block.add(line);
      } else if (!block.isEmpty()) {
        blocks.add(stripped(block));
        block = new ArrayList<>();
      }
      afterBlank = line.isBlank();
    }
    return blocks;
  }

  private static List<String> stripped(List<String> block) {
    return String.join("\n", block).stripIndent().lines().toList();
  }

  @Override
  public String toString() {
    return name;
  }

  /** All commands in blocks of code with their expected output, in the order of the page. */
  public List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (List<String> block : blocks()) {
      if (FIRST.matcher(block.getFirst()).matches()) {
        steps(block, steps);
      }
    }
    return steps;
  }

  private static void steps(List<String> block, List<Step> steps) {
    boolean showsOutput = block.getFirst().startsWith("$ ");
    int line = 0;
    while (line < block.size()) {
      StringBuilder command = new StringBuilder(block.get(line++));
      while (continues(command) && line < block.size()) {
        command.append('\n').append(block.get(line++));
      }
      if (!showsOutput) {
        steps.add(new Step(command.toString(), null));
        continue;
      }
      StringBuilder output = new StringBuilder();
      while (line < block.size() && !block.get(line).startsWith("$ ")) {
        output.append(block.get(line++)).append('\n');
      }
      steps.add(new Step(command.substring(2), output.toString()));
    }
  }

  /** Whether a command continues on the next line. */
  private static boolean continues(CharSequence command) {
    String text = command.toString();
    return text.endsWith("\\") || text.chars().filter(letter -> letter == '\'').count() % 2 == 1;
  }

  /** The arguments of each {@code ./potluck} in the page, in blocks of code and in sentences. */
  public List<List<String>> commands() {
    List<List<String>> all = new ArrayList<>();
    Matcher found = POTLUCK.matcher(text.replaceAll("\\$\\([^)]*\\)", "X"));
    while (found.find()) {
      // Two spaces separate a command from its explanation.
      String words = found.group(1).split("  |[<>|]|\\) *$|\\)$")[0];
      all.add(List.of(words.strip().split(" ")));
    }
    return all;
  }
}
