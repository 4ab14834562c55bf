package potluck.server.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import potluck.server.testing.DocumentPage;

/**
 * Messages, settings, the API description, comments and documents do not contain words that are
 * hard to understand or to search for. Each word has the reason and a replacement.
 */
class PlainWordsTest {
  private static final Path ROOT = DocumentPage.ROOT;

  /** Patterns of words, with what to write instead. */
  private static final Map<Pattern, String> FORBIDDEN = new LinkedHashMap<>();

  static {
    forbid("houses?", "'server', 'Potluck' or 'identity provider': house has meant all three");
    forbid("rooms?", "'package', 'space' or 'capacity': a metaphor");
    forbid("guests?", "'Plug-in user' or 'client': a metaphor");
    forbid("door(man|s|way|ways)?", "'connection limit', 'endpoint' or 'port': a metaphor");
    forbid("purses?", "'allowance' or 'balance': a metaphor");
    forbid("whoever|whosoever", "'anybody who' or 'the caller': hard to follow");
    forbid("anew", "'again' or 'new': archaic");
    forbid("(is|are) none", "'is not a …', 'has no …' or 'if absent': say what is absent");
    forbid("seats?", "'Plug-in user': a metaphor");
    forbid(
        "told(?! apart| from)",
        "'receives', 'is informed', 'gets the error': programs are not told things");
    forbid("for nowhere|written nowhere|kept nowhere", "'not stored' or 'empty'");
    forbid("in (its|their|the) stead", "'instead': archaic");
    forbid("the origin('s)? (system|backend|frontend|has|had)", "'AntiHub': call it by its name");
    forbid("signs? of life", "'keep-alive': the field's term");
    forbid("drips?|dripping", "'slow': a metaphor");
    forbid("mend(s|ed)?", "'fix', 'repair' or 'correct'");
  }

  /** Words that contain a forbidden word but are names or data. */
  private static final Pattern ALLOWED =
      Pattern.compile("house_settings|Lighthouse|warehouse|clickhouse", Pattern.CASE_INSENSITIVE);

  private static final Pattern LITERAL_OR_COMMENT =
      Pattern.compile(
          "\"\"\"(.*?)\"\"\"|\"((?:[^\"\\\\\n]|\\\\.)*)\"|/\\*(.*?)\\*/|//([^\n]*)",
          Pattern.DOTALL);

  private static void forbid(String word, String instead) {
    FORBIDDEN.put(
        Pattern.compile("(?<![\\w-])(?:" + word + ")(?![\\w-])", Pattern.CASE_INSENSITIVE),
        instead);
  }

  @Test
  void documentsUsePlainWords() {
    List<String> found = new ArrayList<>();
    for (DocumentPage page : DocumentPage.all()) {
      check(page.name(), page.text(), found);
    }
    assertThat(found).isEmpty();
  }

  @Test
  void settingsApiDescriptionAndDeploymentFilesUsePlainWords() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : textFiles()) {
      check(ROOT.relativize(file).toString(), Files.readString(file), found);
    }
    assertThat(found).isEmpty();
  }

  @Test
  void messagesAndCommentsOfTheCodeUsePlainWords() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("dialect", "gateway", "server", "kit")) {
      try (Stream<Path> all = Files.walk(ROOT.resolve(module + "/src"))) {
        for (Path file : all.filter(each -> each.toString().endsWith(".java")).toList()) {
          if (!file.endsWith("PlainWordsTest.java")) {
            checkCode(ROOT.relativize(file).toString(), Files.readString(file), found);
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static List<Path> textFiles() throws IOException {
    List<Path> files =
        new ArrayList<>(
            Stream.of(".env.example", "potluck", "compose.yaml", "Dockerfile", "bench/run")
                .map(ROOT::resolve)
                .toList());
    for (String folder :
        List.of("server/src/main/resources", "gateway/src/main/resources", "ops")) {
      try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
        all.filter(Files::isRegularFile)
            .filter(file -> !file.toString().matches(".*(common-passwords\\.txt|\\.sql|\\.json)"))
            .forEach(files::add);
      }
    }
    return files;
  }

  private static void checkCode(String name, String code, List<String> found) {
    Matcher texts = LITERAL_OR_COMMENT.matcher(code);
    while (texts.find()) {
      for (int group = 1; group <= texts.groupCount(); group++) {
        if (texts.group(group) != null) {
          check(name, texts.group(group), found);
        }
      }
    }
  }

  private static void check(String name, String text, List<String> found) {
    String checked = ALLOWED.matcher(text).replaceAll("");
    FORBIDDEN.forEach(
        (pattern, instead) -> {
          Matcher words = pattern.matcher(checked);
          while (words.find()) {
            int from = Math.max(0, words.start() - 40);
            int to = Math.min(checked.length(), words.end() + 30);
            String around = checked.substring(from, to).replaceAll("\\s+", " ");
            found.add(name + ": '" + words.group() + "' in «" + around + "»; write " + instead);
          }
        });
  }
}
