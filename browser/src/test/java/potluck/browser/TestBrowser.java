package potluck.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The browser that all tests of a JVM share: the Chromium of this machine, driven by Playwright.
 * Playwright is paired with a build of its own; that build is not downloaded. One thread only.
 */
final class TestBrowser {
  /** If this variable is set, tests without a browser fail instead of being skipped. */
  private static final String REQUIRED = "POTLUCK_REQUIRE_BROWSER";

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /** What Playwright needs in its environment: it must not download a browser. */
  static final Map<String, String> ENVIRONMENT = Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");

  private static @Nullable Browser shared;

  private TestBrowser() {}

  /** The browser. If this machine has none, the test is skipped and says so. */
  static synchronized Browser shared() {
    if (shared == null) {
      shared = launch(executable());
    }
    return shared;
  }

  private static Browser launch(Path executable) {
    // Playwright ends with the JVM, and the browser with it.
    Playwright playwright = Playwright.create(new Playwright.CreateOptions().setEnv(ENVIRONMENT));
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(executable)
                .setArgs(
                    List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking")));
  }

  private static Path executable() {
    Optional<Path> found = NAMES.stream().flatMap(name -> onPath(name).stream()).findFirst();
    if (found.isEmpty() && System.getenv(REQUIRED) != null) {
      throw new AssertionError(REQUIRED + " is set, but Chromium is not on the PATH");
    }
    Assumptions.assumeTrue(found.isPresent(), "Chromium is not installed (apt install chromium)");
    return found.orElseThrow();
  }

  /** A program on the PATH. */
  static Optional<Path> onPath(String name) {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(System.getenv().getOrDefault("PATH", ""))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
