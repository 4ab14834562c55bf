package potluck.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import potluck.server.scene.TestHouse;
import potluck.server.scene.Typed;

/** The schema is taken back where nobody works on it, and commands say where it is another one. */
@Timeout(300)
class DowngradeIT {
  @TempDir private Path temp;

  @Test
  void noStepIsTakenBackUnderAHouseThatRuns() throws Exception {
    TestHouse house = TestHouse.own(Map.of());
    try {
      Typed typed = Typed.in(house.folder(), "db", "downgrade");
      assertThat(typed.status()).isEqualTo(1);
      assertThat(typed.err()).contains("stop it first");
      Typed history = Typed.well(house.folder(), "db", "history");
      assertThat(history.out()).doesNotContain("pending");
    } finally {
      house.close();
    }
    assertThat(Typed.well(house.folder(), "db", "downgrade").out()).contains("pending");
  }

  @Test
  void whatIsTheMatterIsSaidInWords() throws Exception {
    List<Typed> said = Typed.all(temp, "ledger verify", "db upgrade", "backup nowhere/kept.zip");
    assertThat(said).extracting(Typed::status).containsExactly(1, 0, 1);
    assertThat(said.getFirst().err()).contains("./potluck db upgrade").doesNotContain("SELECT");
    assertThat(said.getLast().err())
        .contains("nowhere/kept.zip", "there is no such file or folder");
  }
}
