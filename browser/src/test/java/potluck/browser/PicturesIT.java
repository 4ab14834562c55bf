package potluck.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.server.database.Database;

/**
 * The pictures of the console in the README. They are written with {@code -Dpotluck.write=true};
 * otherwise the test only compares their form, because each machine has its own fonts.
 */
class PicturesIT {
  private static final Path FOLDER = ConsoleRoute.ROOT.resolve("docs/pictures");

  @BeforeAll
  static void prepare() throws SQLException {
    Scene scene = Scene.shared();
    if (Boolean.getBoolean("potluck.write")) {
      scene.useLikeAWorkingDay();
      pretendThatTimeWentBy(scene.server().database());
    }
  }

  /** Spreads the member's use of the quota over a day: a chart of one minute shows nothing. */
  private static void pretendThatTimeWentBy(Database database) throws SQLException {
    try (Connection connection = database.source().getConnection();
        Statement statement = connection.createStatement()) {
      // The ledger does not let anybody change its entries.
      statement.execute("DROP RULE entries_stay ON entries");
      statement.execute("UPDATE entries SET at = at - interval '20 hours' WHERE why <> 'used'");
      statement.execute(
          """
          UPDATE entries SET at = now() - interval '35 minutes' * spread.nth
          FROM (SELECT id, row_number() OVER (PARTITION BY user_id, model_group, book ORDER BY id DESC) - 1 AS nth
                FROM entries WHERE why = 'used') spread
          WHERE entries.id = spread.id
          """);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"console-home, /", "console-pool, /pool", "console-request, /usage/requests/:id"})
  void pictureIsThere(String name, String path) throws IOException {
    Scene scene = Scene.shared();
    ConsoleRoute route =
        ConsoleRoute.all().stream()
            .filter(each -> each.path().equals(path))
            .findFirst()
            .orElseThrow();
    byte[] drawn;
    try (Tab tab = Tab.open(scene.url(), Look.ENGLISH, Scene.MEMBER)) {
      tab.go(route, scene.address(route));
      drawn = tab.page().screenshot(new Page.ScreenshotOptions().setFullPage(true));
    }
    Path file = FOLDER.resolve(name + ".png");
    if (Boolean.getBoolean("potluck.write")) {
      Files.createDirectories(FOLDER);
      Files.write(file, drawn);
    }
    assertThat(file).as("run this test with -Dpotluck.write=true").exists();
    assertThat(width(Files.readAllBytes(file))).isEqualTo(width(drawn)).isEqualTo(1280);
  }

  private static int width(byte[] picture) throws IOException {
    return Objects.requireNonNull(ImageIO.read(new ByteArrayInputStream(picture))).getWidth();
  }
}
