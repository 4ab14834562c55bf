package potluck.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Opens every page of the console, as everybody who may open it, in both languages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesIT {
  private static final Map<String, String> NOT_ALLOWED =
      Map.of("en", "Only operators may open this page.", "zh", "只有运维人员可以打开本页。");
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");

  private Scene scene;

  @BeforeAll
  void start() {
    scene = Scene.shared();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "bob, en",
    "bob, zh",
    "dana, en",
    "dana, zh",
    "admin, en",
    "admin, zh",
  })
  void pageIsDrawnWithoutAnError(String user, String language) {
    List<String> wrong = new ArrayList<>();
    try (Tab tab = Tab.open(scene.url(), look(language), user)) {
      for (ConsoleRoute route : ConsoleRoute.all()) {
        if (!route.isPublic()) {
          wrong.addAll(visit(tab, route, language));
          boolean refused = NOT_ALLOWED.containsValue(tab.heading());
          if (refused != (route.role().equals("operator") && user.equals(Scene.MEMBER))) {
            wrong.add(route.path() + " " + user + ": " + tab.heading());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"en", "zh"})
  void publicPageIsDrawnWithoutALogin(String language) {
    List<String> wrong = new ArrayList<>();
    try (Tab tab = Tab.open(scene.url(), look(language))) {
      for (ConsoleRoute route : ConsoleRoute.all()) {
        if (route.isPublic()) {
          wrong.addAll(visit(tab, route, language));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static Look look(String language) {
    return language.equals("zh") ? Look.CHINESE : Look.ENGLISH;
  }

  private List<String> visit(Tab tab, ConsoleRoute route, String language) {
    List<String> wrong = new ArrayList<>();
    try {
      tab.go(route, scene.address(route));
      String heading = tab.heading();
      boolean read = language.equals("zh") == CHINESE.matcher(heading).find();
      if (heading.isEmpty() || !read) {
        wrong.add("heading in another language: " + heading);
      }
    } catch (com.microsoft.playwright.TimeoutError e) {
      wrong.add("not drawn: " + e.getMessage());
    }
    wrong.addAll(tab.takeProblems());
    return wrong.stream().map(each -> route.path() + " " + language + ": " + each).toList();
  }
}
