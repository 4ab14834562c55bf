package potluck.gateway.meter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import potluck.dialect.model.TokenUsage;

class JournalTest {
  @TempDir Path folder;

  @Test
  void journalReturnsRecordsInOrder() {
    UUID id = UUID.randomUUID();
    try (Journal journal = Journal.open(folder)) {
      journal.intent(intent(id));
      journal.reading(id, reading());
      journal.released(id);
      List<Journal.Entry> found = all(journal);
      assertThat(found)
          .extracting(Journal.Entry::kind)
          .containsExactly(Journal.INTENT, Journal.READING, Journal.RELEASED);
      assertThat(JournalCodec.intent(found.get(0).bytes())).isEqualTo(intent(id));
      assertThat(JournalCodec.reading(found.get(1).bytes())).isEqualTo(reading());
      assertThat(JournalCodec.requestId(found.get(2).bytes())).isEqualTo(id);
    }
  }

  /** A killed process closes nothing: its files are read as they are. */
  @Test
  void journalKeepsWhatAKilledProcessWrote(@TempDir Path left) throws IOException {
    try (Journal killed = Journal.open(folder)) {
      killed.intent(intent(UUID.randomUUID()));
      Files.copy(folder.resolve("000000000001.journal"), left.resolve("000000000001.journal"));
    }
    try (Journal next = Journal.open(left)) {
      List<Journal.Entry> found = all(next);
      assertThat(found).hasSize(1);
      assertThat(next.isFromEarlierRun(found.getFirst().at())).isTrue();
      next.intent(intent(UUID.randomUUID()));
      assertThat(next.isFromEarlierRun(all(next).getLast().at())).isFalse();
    }
  }

  @Test
  void journalFolderIsUsedByOneProcessAtATime() {
    try (Journal journal = Journal.open(folder)) {
      journal.intent(intent(UUID.randomUUID()));
      assertThatThrownBy(() -> Journal.open(folder)).hasMessageContaining("another program");
    }
  }

  @Test
  void journalOfThePreviousVersionIsRead() {
    byte[] now = JournalCodec.reading(UUID.randomUUID(), reading());
    int decision = 1 + Integer.BYTES + Long.BYTES;
    byte[] before = Arrays.copyOf(now, now.length - decision);
    before[0] = 3;
    assertThat(JournalCodec.reading(before)).isEqualTo(reading());
  }

  @Test
  void journalReportsUseToReadOnlyUsers() throws IOException {
    assertThat(Journal.inUse(folder)).isFalse();
    try (Journal journal = Journal.open(folder)) {
      journal.intent(intent(UUID.randomUUID()));
      Files.setPosixFilePermissions(
          folder.resolve("lock"), PosixFilePermissions.fromString("r--r--r--"));
      assertThat(Journal.inUse(folder)).isTrue();
    }
    assertThat(Journal.inUse(folder)).isFalse();
  }

  @Test
  void journalStopsReadingASegmentAtATornRecord() throws IOException {
    UUID id = UUID.randomUUID();
    try (Journal journal = Journal.open(folder)) {
      journal.intent(intent(id));
      journal.released(id);
    }
    Path first = folder.resolve("000000000001.journal");
    byte[] bytes = Files.readAllBytes(first);
    int second = 9 + JournalCodec.intent(intent(id)).length;
    bytes[second + 12] ^= 1;
    Files.write(first, bytes, StandardOpenOption.TRUNCATE_EXISTING);
    try (Journal journal = Journal.open(folder)) {
      assertThat(all(journal)).extracting(Journal.Entry::kind).containsExactly(Journal.INTENT);
    }
  }

  @Test
  void journalContinuesInTheNextSegmentAndDeletesPostedOnes() throws IOException {
    try (Journal journal = Journal.open(folder)) {
      int count = 60_000;
      UUID id = UUID.randomUUID();
      for (int i = 0; i < count; i++) {
        journal.reading(id, reading());
      }
      List<Journal.Entry> found = all(journal);
      assertThat(found).hasSize(count);
      long last = found.getLast().at().segment();
      assertThat(last).isGreaterThan(1);
      journal.deleteBefore(last);
      assertThat(all(journal)).isNotEmpty().allMatch(entry -> entry.at().segment() == last);
      assertThat(Files.exists(folder.resolve("000000000001.journal"))).isFalse();
    }
  }

  static List<Journal.Entry> all(Journal journal) {
    List<Journal.Entry> all = new ArrayList<>();
    Optional<Journal.Entry> next = journal.read(new Journal.Position(0, 0));
    while (next.isPresent()) {
      all.add(next.get());
      next = journal.read(next.get().next());
    }
    return all;
  }

  static Intent intent(UUID id) {
    return new Intent(
        id,
        null,
        7,
        Intent.NO_KEY,
        "/v1/chat/completions",
        "POST",
        "模型",
        "kiro",
        null,
        true,
        Instant.ofEpochMilli(1_700_000_000_123L));
  }

  private static Reading reading() {
    return new Reading(
        200,
        true,
        false,
        new TokenUsage(10, 2, 1, 5, 3),
        null,
        "0a".repeat(16),
        true,
        new Charge(1234, 56, 1200, "claude"),
        12,
        345,
        List.of(new Attempt("0a".repeat(16), 200, 340, "served", "1 of 1 could, preferred")));
  }
}
