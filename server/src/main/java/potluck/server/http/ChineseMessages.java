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
 * Chinese texts of failures that are thrown with an English text. Used below {@code /api}; model
 * routes answer in English like all providers. Immutable.
 */
final class ChineseMessages {
  private static final String GAP = "…";

  private record Phrase(Pattern english, List<String> chinese) {}

  private static final List<Phrase> PHRASES = read();

  private ChineseMessages() {}

  /** The text unchanged if it has no translation, for example a provider's own. */
  static String translate(String english) {
    for (Phrase phrase : PHRASES) {
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

  private static List<Phrase> read() {
    try (InputStream in = ChineseMessages.class.getResourceAsStream("/refusals.zh.txt")) {
      if (in == null) {
        throw new IllegalStateException("refusals.zh.txt is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" \\| ", 2))
          .map(halves -> new Phrase(pattern(halves[0]), List.of(halves[1].split(GAP, -1))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Pattern pattern(String english) {
    return Pattern.compile(
        Arrays.stream(english.split(GAP, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining("(.*?)")),
        Pattern.DOTALL);
  }
}
