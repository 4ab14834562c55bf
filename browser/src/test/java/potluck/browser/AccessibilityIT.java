package potluck.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every page meets WCAG 2.2 AA as far as a program can tell, and fits on a phone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessibilityIT {
  private static final List<String> RULES =
      List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");
  private static final List<String> COLOUR_RULES = List.of("color-contrast", "link-in-text-block");
  private static final int PHONE_WIDTH = 360;

  /** Dialogs that an address opens; each has the page of its path behind it. */
  private static final List<String> DIALOGS =
      List.of("/accounts?bring=any", "/operate/people?tab=invitations&create=1");

  /** How far the document can be scrolled sideways, and the first elements that cause it. */
  private static final String OVERFLOW =
      """
      () => {
        const most = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= most) return '';
        const wide = [...document.querySelectorAll('body *')]
          .filter(each => each.getBoundingClientRect().right > most + 1 && !each.closest('.scroll'))
          .map(each => each.localName + '.' + each.getAttribute('class'));
        return document.documentElement.scrollWidth + ' px: ' + wide.slice(-3).join(', ');
      }
      """;

  /** The faults that axe finds with some of its rules, each as a line of text. */
  private static final String EXAMINE =
      """
      async runOnly => {
        const found = await axe.run(document, {runOnly, resultTypes: ['violations']});
        return found.violations.flatMap(
          rule => rule.nodes.map(node => rule.id + ': ' + node.target + ' ' + node.html));
      }
      """;

  private Scene scene;
  private Tab operator;
  private Tab visitor;

  @BeforeAll
  void open() {
    scene = Scene.shared();
    operator = Tab.open(scene.url(), Look.ENGLISH.withoutPolicy(), Scene.ADMINISTRATOR);
    visitor = Tab.open(scene.url(), Look.ENGLISH.withoutPolicy());
    // Pages are opened without loading the console again, so axe stays.
    String axe = axe();
    operator.page().evaluate(axe);
    visitor.page().evaluate(axe);
  }

  @AfterAll
  void close() {
    if (operator != null) {
      operator.close();
      visitor.close();
    }
  }

  @Test
  void pageHasNoFaultThatAxeFindsInEitherTheme() {
    List<String> wrong = new ArrayList<>();
    forEachPage(
        (address, page) -> {
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
          faults(page, "tag", RULES).forEach(fault -> wrong.add(address + " " + fault));
          // The theme changes colours only.
          page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
          faults(page, "rule", COLOUR_RULES)
              .forEach(fault -> wrong.add(address + " dark " + fault));
        });
    assertThat(wrong).isEmpty();
  }

  @Test
  void pageDoesNotScrollSidewaysOnAPhone() {
    List<String> wrong = new ArrayList<>();
    operator.page().setViewportSize(PHONE_WIDTH, 740);
    visitor.page().setViewportSize(PHONE_WIDTH, 740);
    forEachPage(
        (address, page) -> {
          String overflow = (String) page.evaluate(OVERFLOW);
          if (!overflow.isEmpty()) {
            wrong.add(address + " " + overflow);
          }
        });
    operator.page().setViewportSize(1280, 900);
    visitor.page().setViewportSize(1280, 900);
    assertThat(wrong).isEmpty();
  }

  /** What is done with a page that is drawn. */
  private interface Check {
    void examine(String address, Page page);
  }

  private void forEachPage(Check check) {
    for (ConsoleRoute route : ConsoleRoute.all()) {
      Tab tab = route.isPublic() ? visitor : operator;
      tab.go(route, scene.address(route));
      check.examine(route.path(), tab.page());
      for (String address : DIALOGS) {
        if (address.startsWith(route.path() + "?")) {
          tab.go(route, address);
          tab.page().waitForSelector("dialog[open]");
          check.examine(address, tab.page());
          tab.page().keyboard().press("Escape");
        }
      }
    }
  }

  private static List<String> faults(Page page, String kind, List<String> rules) {
    List<String> all = new ArrayList<>();
    Map<String, Object> run = Map.of("type", kind, "values", rules);
    for (Object fault : (List<?>) page.evaluate(EXAMINE, run)) {
      all.add((String) fault);
    }
    return all;
  }

  private static String axe() {
    try (InputStream in = AxeBuilder.class.getResourceAsStream("/axe.min.js")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
