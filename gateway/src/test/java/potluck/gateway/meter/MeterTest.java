package potluck.gateway.meter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger posts a row only after the request is released, so every request must be released. */
class MeterTest {
  private static final Tariff TARIFF =
      new Tariff(
          new PriceList(List.of()),
          new ModelGroups(ModelGroups.DEFAULT),
          Tariff.Unit.TOKENS,
          1_000_000,
          0);

  @TempDir Path folder;
  private final List<Reading> readings = new ArrayList<>();

  @Test
  void meterWritesAReadingOnClose() {
    assertThat(journaled(_ -> {}))
        .containsExactly(Journal.INTENT, Journal.READING, Journal.RELEASED);
    assertThat(readings).extracting(Reading::status).containsExactly(500);
  }

  /**
   * The reading is written already, and the row must not wait for the next start of the program.
   */
  @Test
  void meterWritesARowIfTheCallerLeavesDuringTheLastBytes() {
    assertThat(
            journaled(
                meter -> {
                  meter.complete();
                  meter.failed(499, "the caller went away");
                }))
        .containsExactly(Journal.INTENT, Journal.READING, Journal.RELEASED);
    assertThat(readings).extracting(Reading::status).containsExactly(200);
  }

  @Test
  void meterReleasesADeliveredAnswerOnce() {
    assertThat(
            journaled(
                meter -> {
                  meter.complete();
                  meter.released();
                }))
        .containsExactly(Journal.INTENT, Journal.READING, Journal.RELEASED);
  }

  private List<Byte> journaled(Consumer<Meter> work) {
    try (Journal journal = Journal.open(folder)) {
      try (Meter meter =
          Meter.open(
              journal,
              TARIFF,
              readings::add,
              JournalTest.intent(UUID.randomUUID()),
              new CountCheck(new byte[10], OptionalLong.empty(), 3))) {
        work.accept(meter);
      }
      return JournalTest.all(journal).stream().map(Journal.Entry::kind).toList();
    }
  }
}
