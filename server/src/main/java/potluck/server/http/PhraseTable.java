package potluck.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Translations of texts whose English form is fixed but for names and numbers, read from a
 * resource. A line of it is {@code English | Chinese}; {@code …} stands for a name or a number, and
 * these come in the same order in both. Lines that begin with {@code #} are comments. Immutable.
 */
public final class PhraseTable {
  private static final String GAP = "…";

  private record Phrase(Pattern english, List<String> chinese) {}

  private final List<Phrase> phrases;

  private PhraseTable(List<Phrase> phrases) {
    this.phrases = phrases;
  }

  /**
   * Reads a table.
   *
   * @param resource such as {@code /refusals.zh.txt}
   * @throws IllegalStateException if the program does not contain it
   */
  public static PhraseTable of(String resource) {
    try (InputStream in = PhraseTable.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the program");
      }
      return new PhraseTable(
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .map(line -> line.split(" \\| ", 2))
              .map(halves -> new Phrase(pattern(halves[0]), List.of(halves[1].split(GAP, -1))))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The text unchanged if it has no translation, for example a provider's own. */
  public String translate(String english) {
    for (Phrase phrase : phrases) {
      Matcher matcher = phrase.english().matcher(english);
      if (matcher.matches()) {
        return fill(phrase.chinese(), matcher.toMatchResult());
      }
    }
    return english;
  }

  private static String fill(List<String> chinese, MatchResult gaps) {
    StringBuilder text = new StringBuilder(chinese.getFirst());
    for (int i = 1; i < chinese.size(); i++) {
      text.append(gaps.group(i)).append(chinese.get(i));
    }
    return text.toString();
  }

  private static Pattern pattern(String english) {
    return Pattern.compile(
        Arrays.stream(english.split(GAP, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining("(.*?)")),
        Pattern.DOTALL);
  }
}
