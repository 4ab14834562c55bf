package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values of each database are parsed; invalid values become null or a default. */
class SourceRowTest {
  private static SourceRow of(String value) {
    return new SourceRow(Map.of("a", value));
  }

  @Test
  void readsTimesOfEachDatabase() {
    Instant time = Instant.parse("2030-01-02T03:04:05Z");
    for (String text :
        new String[] {
          "2030-01-02 03:04:05+00",
          "2030-01-02 03:04:05",
          "2030-01-02T03:04:05Z",
          "2030-01-02 04:04:05+01:00",
          "2030-01-02 03:04:05.000+00"
        }) {
      assertThat(of(text).time("a")).as(text).isEqualTo(time);
    }
    assertThat(of("2030-01-02 03:04:05.678901").time("a"))
        .isEqualTo(Instant.parse("2030-01-02T03:04:05.678901Z"));
    for (String text : new String[] {"infinity", "", "yesterday", "0044-03-15 00:00:00 BC"}) {
      assertThat(of(text).time("a")).as(text).isNull();
    }
    assertThat(of("1893553445").seconds("a")).isEqualTo(time);
    for (String text : new String[] {"-1", "0", "9223372036854775807", "1e99", "x"}) {
      assertThat(of(text).seconds("a")).as(text).isNull();
    }
  }

  @Test
  void readsNumbersFlagsAndTexts() {
    assertThat(of("500000").number("a")).isEqualTo(500_000);
    assertThat(of("5.0").number("a")).isEqualTo(5);
    assertThat(of("1e999999999").number("a", 7)).isEqualTo(7);
    assertThat(of("NaN").fraction("a")).isZero();
    assertThat(of("t").flag("a", false)).isTrue();
    assertThat(of("0").flag("a", true)).isFalse();
    assertThat(of("x").flag("b", true)).isTrue();
    assertThat(of("a\0b").text("a")).isEqualTo("ab");
    assertThat(of("x").text("b")).isNull();
  }
}
