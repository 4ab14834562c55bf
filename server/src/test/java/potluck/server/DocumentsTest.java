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
    for (String page : List.of("README.md", "README.zh-CN.md", "ARCHITECTURE.md", "CHANGELOG.md")) {
      Matcher links = LINK.matcher(Files.readString(ROOT.resolve(page)));
      while (links.find()) {
        if (!Files.exists(ROOT.resolve(links.group(1)))) {
          dead.add(page + " -> " + links.group(1));
        }
      }
    }
    assertThat(dead).isEmpty();
  }

  @Test
  void theExampleOfSettingsIsCurrent() throws IOException {
    assertThat(Files.readString(ROOT.resolve(".env.example")))
        .as("./potluck settings > .env.example")
        .isEqualTo(Setting.example());
  }
}
