package potluck.dialect.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import potluck.dialect.Dialect;
import potluck.dialect.Target;
import potluck.dialect.TranslationOptions;
import potluck.dialect.model.Losses;

/**
 * Keeps docs/reference/losses.md current: it lists the names that the code records when it
 * translates a request with all fields. {@code -Dpotluck.write=true} writes the page.
 */
class LossesPageTest {
  private static final Path PAGE = Path.of("..", "docs", "reference", "losses.md");

  @Test
  void lossesPageMatchesTheCode() throws IOException {
    String page = page();
    if (Boolean.getBoolean("potluck.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  @Test
  void lossesAreEmptyWithinOneDialect() throws IOException {
    for (Dialect dialect : Dialects.all()) {
      assertThat(lost(dialect, dialect).isEmpty()).isTrue();
    }
  }

  private static String page() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Losses in translation

            If client and upstream speak the same dialect, a request passes through unchanged. Otherwise it is
            translated, and these fields cannot be carried. The header `x-potluck-lost` names them; with
            `X-Potluck-Strict: 1` the request is refused instead. Hints that do not change the answer (cache
            keys, user names) are not listed. A test writes this page from the code.
            """);
    for (Dialect client : Dialects.all()) {
      for (Dialect up : Dialects.all()) {
        if (!client.equals(up)) {
          page.append("\n## ").append(client.name()).append(" over ").append(up.name());
          page.append("\n\n");
          for (String name : lost(client, up).names()) {
            page.append("- `").append(name).append("`\n");
          }
        }
      }
    }
    return page.toString();
  }

  private static Losses lost(Dialect client, Dialect up) throws IOException {
    String file = "/requests/full." + client.name() + ".json";
    try (InputStream in = LossesPageTest.class.getResourceAsStream(file)) {
      byte[] body = Objects.requireNonNull(in).readAllBytes();
      Target target = new Target(up, "m", Set.of());
      assertThat(new String(body, UTF_8)).isNotEmpty();
      return DialectExchange.between(client, client.scan(body), target, TranslationOptions.DEFAULT)
          .losses();
    }
  }

  @Test
  void lossesPageHasASectionPerPair() throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    assertThat(lines.stream().filter(line -> line.startsWith("## ")).count()).isEqualTo(12);
  }
}
