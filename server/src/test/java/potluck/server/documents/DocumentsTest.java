package potluck.server.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import potluck.server.settings.Setting;
import potluck.server.settings.SettingsPage;
import potluck.server.testing.DocumentPage;

/**
 * Links have targets, both languages have the same chapters, named settings exist, and generated
 * pages are current.
 */
class DocumentsTest {
  private static final Path ROOT = DocumentPage.ROOT;

  /** Pages in one language: for developers, or made of names in the code. */
  private static final Pattern ONE_LANGUAGE =
      Pattern.compile(
          "docs/decisions/.*|docs/reference/losses\\.md|docs/concurrency\\.md|CONTRIBUTING\\.md|[a-z]+/README\\.md|ARCHITECTURE\\.md|CHANGELOG\\.md");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]*)(?:#([^)]*))?\\)");

  private static final Pattern NAME = Pattern.compile("`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`");

  /**
   * Prefixes of settings that other names have, too: names of identity providers, and placeholders.
   */
  private static final Set<String> SHARED_PREFIXES = Set.of("OIDC_", "ADMIN_");

  @Test
  void everyLinkHasATarget() {
    List<String> dead = new ArrayList<>();
    for (DocumentPage page : DocumentPage.all()) {
      Matcher links = LINK.matcher(page.text());
      while (links.find()) {
        Path target = ROOT.resolve(page.name()).resolveSibling(links.group(1)).normalize();
        boolean there = Files.exists(target);
        if (there && links.group(2) != null) {
          String to = links.group(1).isEmpty() ? page.name() : ROOT.relativize(target).toString();
          there = anchors(DocumentPage.of(to)).anyMatch(links.group(2)::equals);
        }
        if (!there) {
          dead.add(page.name() + " -> " + links.group());
        }
      }
    }
    assertThat(dead).isEmpty();
  }

  /** The anchors of a page: its headings, as GitHub names them. */
  private static Stream<String> anchors(DocumentPage page) {
    return page.text()
        .lines()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
  }

  @Test
  void everyPageHasTheSameChaptersInBothLanguages() throws IOException {
    for (DocumentPage page : DocumentPage.all()) {
      String chinese = page.name().replaceFirst("\\.md$", ".zh-CN.md");
      if (page.name().contains(".zh-CN.") || ONE_LANGUAGE.matcher(page.name()).matches()) {
        continue;
      }
      assertThat(ROOT.resolve(chinese)).exists();
      assertThat(chapters(DocumentPage.of(chinese))).as(chinese).isEqualTo(chapters(page));
    }
  }

  /** The levels of the headings, in order. */
  private static List<String> chapters(DocumentPage page) {
    return page.text()
        .lines()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst(" .*", ""))
        .toList();
  }

  @Test
  void indexListsEveryPage() {
    for (String ending : List.of(".md", ".zh-CN.md")) {
      String index = DocumentPage.of("docs/index" + ending).text();
      DocumentPage.all().stream()
          .map(page -> page.name().replaceFirst("^docs/", ""))
          .filter(name -> name.matches("([a-z]+/)?[a-z-]+\\.md") && !name.equals("index.md"))
          .map(
              name ->
                  ONE_LANGUAGE.matcher("docs/" + name).matches()
                      ? name
                      : name.replace(".md", ending))
          .forEach(name -> assertThat(index).contains("](" + name + ")"));
    }
  }

  /** A name in capitals with the prefix of a setting must be a setting. */
  @Test
  void everyNamedSettingExists() {
    Set<String> beginnings =
        Arrays.stream(Setting.values())
            .map(setting -> setting.name().replaceFirst("_.*", "_"))
            .filter(beginning -> beginning.endsWith("_") && !SHARED_PREFIXES.contains(beginning))
            .collect(Collectors.toSet());
    List<String> wrong = new ArrayList<>();
    for (DocumentPage page : DocumentPage.all()) {
      Matcher names = NAME.matcher(page.text());
      while (names.find()) {
        String name = names.group(1);
        if (beginnings.stream().anyMatch(name::startsWith) && !isSetting(name)) {
          wrong.add(page.name() + ": " + name);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** Whether it is a current or former name of a setting; the changelog mentions former ones. */
  private static boolean isSetting(String name) {
    return Setting.find(name).isPresent()
        || Arrays.stream(Setting.values())
            .anyMatch(setting -> setting.formerName().filter(name::equals).isPresent());
  }

  @Test
  void settingsPagesAreCurrent() throws IOException {
    Map<String, Locale> pages =
        Map.of(
            "docs/reference/settings.md",
            Locale.ENGLISH,
            "docs/reference/settings.zh-CN.md",
            Locale.CHINESE);
    for (Map.Entry<String, Locale> page : pages.entrySet()) {
      String text = SettingsPage.markdown(page.getValue());
      if (Boolean.getBoolean("potluck.write")) {
        Files.writeString(ROOT.resolve(page.getKey()), text);
      }
      assertThat(Files.readString(ROOT.resolve(page.getKey())))
          .as("run this test with -Dpotluck.write=true to update the page")
          .isEqualTo(text);
    }
  }

  @Test
  void envExampleIsCurrent() throws IOException {
    assertThat(Files.readString(ROOT.resolve(".env.example")))
        .as("run ./potluck settings > .env.example to update the file")
        .isEqualTo(Setting.example());
  }
}
