package potluck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import potluck.server.settings.Setting;

/** The documents say what is there. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    for (String page : pages()) {
      Matcher links = LINK.matcher(Files.readString(ROOT.resolve(page)));
      while (links.find()) {
        if (!Files.exists(ROOT.resolve(page).resolveSibling(links.group(1)))) {
          dead.add(page + " -> " + links.group(1));
        }
      }
    }
    assertThat(dead).isEmpty();
  }

  /** All pages, by their places below the root. */
  private static List<String> pages() throws IOException {
    List<String> pages = new ArrayList<>();
    try (var files = Files.list(ROOT)) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".md"))
          .forEach(pages::add);
    }
    try (var files = Files.walk(ROOT.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> ROOT.relativize(file).toString())
          .forEach(pages::add);
    }
    return pages;
  }

  @Test
  void theExampleOfSettingsIsCurrent() throws IOException {
    assertThat(Files.readString(ROOT.resolve(".env.example")))
        .as("./potluck settings > .env.example")
        .isEqualTo(Setting.example());
  }
}
