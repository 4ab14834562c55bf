package potluck.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.impl.driver.Driver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The JavaScript of the console passes TypeScript's checker, with {@code tsconfig.json}. */
class TypesIT {
  private static final Path CONSOLE = ConsoleRoute.ROOT.resolve("console");
  private static final Path TYPES = CONSOLE.resolve("target/types");
  private static final Path TYPESCRIPT = Path.of("target/typescript").toAbsolutePath();

  /** The libraries, by the folder in which {@code tsconfig.json} looks for their types. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "lit", "lit",
          "lit-html", "lit-html",
          "lit-element", "lit-element",
          "reactive-element", "lit__reactive-element");

  @Test
  void scriptsOfTheConsoleHaveNoTypeErrors() throws IOException, InterruptedException {
    LIBRARIES.forEach(
        (folder, library) -> WebJar.unpack(library, "", ".d.ts", TYPES.resolve(folder)));
    WebJar.unpack("typescript", "lib/", "", TYPESCRIPT);
    // The checker runs with the Node.js that Playwright brings.
    String node =
        Driver.ensureDriverInstalled(TestBrowser.ENVIRONMENT, false)
            .createProcessBuilder()
            .command()
            .getFirst();
    Process checker =
        new ProcessBuilder(node, TYPESCRIPT.resolve("lib/tsc.js").toString(), "-p", "tsconfig.json")
            .directory(CONSOLE.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(checker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(checker.waitFor()).as(said).isZero();
    assertThat(said).isEmpty();
  }
}
