package potluck.server.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import potluck.dialect.DialectResponse;
import potluck.dialect.exchange.Dialects;
import potluck.dialect.model.Failure;
import potluck.server.http.LocalizedText;
import potluck.server.http.MessageKey;
import potluck.server.testing.DocumentPage;

/** The error pages list every error, with its form in each dialect and its exact message. */
class ErrorsDocumentTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT = "\"((?:[^\"\\\\]|\\\\.)*)\"";
  private static final Pattern FAILURE =
      Pattern.compile(
          "(?:Failure\\.of|new FailureException)\\(\\s*(?:Failure\\.)?Kind\\.(\\w+),\\s*" + TEXT);
  private static final Pattern API_ERROR =
      Pattern.compile("new ApiError\\(\\s*(\\d+),\\s*MessageKey\\.(\\w+)");
  private static final Pattern CODE = Pattern.compile("\\.code\\(" + TEXT + "\\)");

  /** A quoted message in a page, with … for parts that vary. */
  private static final Pattern REFUSAL_TEXT = Pattern.compile("\\*\"([^\"]+)\"\\*");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d{3}) \\| (.*?) \\|$");
  private static final Pattern MODELS_ROW =
      Pattern.compile("(?m)^\\| ([^|]+?) \\| [a-z_]+ \\| [^|]*\\|$");

  private static String sources;

  /**
   * Reads the main Java sources and the {@code potluck} script, and joins concatenated literals.
   */
  @BeforeAll
  static void read() throws IOException {
    List<Path> files = new ArrayList<>(List.of(DocumentPage.ROOT.resolve("potluck")));
    for (String module : List.of("dialect", "gateway", "server")) {
      try (Stream<Path> all = Files.walk(DocumentPage.ROOT.resolve(module + "/src/main/java"))) {
        all.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
      }
    }
    StringBuilder text = new StringBuilder();
    for (Path file : files) {
      text.append(Files.readString(file));
    }
    sources = text.toString().replaceAll("\"\\s*\\+\\s*\"", "");
  }

  @Test
  void everyKindIsListedForEachDialect() throws IOException {
    for (Failure.Kind kind : Failure.Kind.values()) {
      Failure failure = Failure.of(kind, "x");
      JsonNode openai = error("openai", failure);
      String row =
          "| %s | %d | %d %s | %d `%s` | %d `%s` |"
              .formatted(
                  kind.name().toLowerCase(Locale.ROOT),
                  kind.status(),
                  status("openai", failure),
                  Stream.of(openai.path("type"), openai.path("code"))
                      .filter(word -> !word.isNull())
                      .map(word -> "`" + word.asText() + "`")
                      .collect(joining(" ")),
                  status("anthropic", failure),
                  error("anthropic", failure).path("type").asText(),
                  status("gemini", failure),
                  error("gemini", failure).path("status").asText());
      for (String page : pages()) {
        assertThat(page).contains(row);
      }
    }
  }

  private static int status(String dialect, Failure failure) {
    return written(dialect, failure).status();
  }

  private static JsonNode error(String dialect, Failure failure) throws IOException {
    return JSON.readTree(written(dialect, failure).body()).path("error");
  }

  private static DialectResponse written(String dialect, Failure failure) {
    return Dialects.find(dialect).orElseThrow().writeFailure(failure, "x");
  }

  @Test
  void everyCodeAndMessageIsListed() {
    List<String> missing = new ArrayList<>();
    for (String page : pages()) {
      boolean chinese = page.equals(pages().getLast());
      String where = chinese ? "docs/reference/errors.zh-CN.md: " : "docs/reference/errors.md: ";
      CODE.matcher(sources)
          .results()
          .map(code -> "`" + code.group(1) + "`")
          .filter(code -> !page.contains(code))
          .forEach(code -> missing.add(where + code));
      FAILURE
          .matcher(sources)
          .results()
          .filter(failure -> !page.contains(plain(failure.group(2))))
          .forEach(
              failure ->
                  missing.add(
                      where
                          + "| %s | %s | |"
                              .formatted(
                                  plain(failure.group(2)),
                                  failure.group(1).toLowerCase(Locale.ROOT))));
      API_ERROR
          .matcher(sources)
          .results()
          .filter(error -> !page.contains(longestPart(error.group(2), chinese)))
          .forEach(
              error ->
                  missing.add(
                      where
                          + "| %s | %s |"
                              .formatted(error.group(1), longestPart(error.group(2), chinese))));
    }
    assertThat(missing).as("rows that the pages lack").isEmpty();
  }

  /** The longest part of a message without its arguments. */
  private static String longestPart(String key, boolean chinese) {
    LocalizedText template = MessageKey.valueOf(key).template();
    return Stream.of((chinese ? template.zh() : template.en()).split("\\{[0-9]}"))
        .map(String::strip)
        .max(Comparator.comparingInt(String::length))
        .orElse("");
  }

  @Test
  void noUnknownMessageIsListed() {
    List<String> messages = new ArrayList<>();
    for (String page : pages()) {
      add(ROW, page, 2, messages);
      add(MODELS_ROW, page, 1, messages);
    }
    assertThat(messages).hasSizeGreaterThan(200);
    DocumentPage.all().forEach(page -> add(REFUSAL_TEXT, page.text(), 1, messages));
    String plain = plain(sources);
    assertThat(messages)
        .allSatisfy(
            message ->
                assertThat(Stream.of(message.split("…")).map(String::strip))
                    .allSatisfy(
                        part ->
                            assertThat(plain.contains(part)).as(message + ": " + part).isTrue()));
  }

  /** Each English message of the model routes has a Chinese text for routes below {@code /api}. */
  @Test
  void everyRefusalHasAChineseText() throws IOException {
    List<String[]> phrases = new ArrayList<>();
    try (InputStream in = ErrorsDocumentTest.class.getResourceAsStream("/refusals.zh.txt")) {
      new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(line -> phrases.add(line.split(" \\| ", 2)));
    }
    assertThat(phrases)
        .allSatisfy(
            phrase ->
                assertThat(phrase[1].split("…", -1))
                    .as(phrase[0])
                    .hasSameSizeAs(phrase[0].split("…", -1)));
    List<String> refusals = new ArrayList<>();
    add(MODELS_ROW, pages().getFirst(), 1, refusals);
    refusals.remove("message"); // The head of the table.
    assertThat(refusals)
        .hasSizeGreaterThan(70)
        .allSatisfy(
            refusal ->
                assertThat(phrases)
                    .as(refusal)
                    .anyMatch(
                        phrase ->
                            Stream.of(refusal.split("…"))
                                .allMatch(part -> phrase[0].contains(part.strip()))));
  }

  private static void add(Pattern pattern, String page, int group, List<String> found) {
    pattern.matcher(page).results().forEach(each -> found.add(each.group(group)));
  }

  private static String plain(String text) {
    return text.replace("\\\"", "\"").strip();
  }

  private static List<String> pages() {
    return List.of(
        DocumentPage.of("docs/reference/errors.md").text(),
        DocumentPage.of("docs/reference/errors.zh-CN.md").text());
  }
}
