package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.gateway.quota.UsageLimits;
import potluck.server.testing.TestServer;

/** A dry run counts usage without an open transaction, so that it does not block others. */
@Timeout(120)
class ImporterIT {
  private final TestServer server = TestServer.shared();
  private final Jdbi jdbi = Jdbi.create(server.database().source());

  @Test
  void dryRunHoldsNoTransactionWhileCountingUsage() throws Exception {
    List<Boolean> free = new ArrayList<>();
    jdbi.registerArrayType(String.class, "text");
    ImportReport.ReportView shown =
        new Importer(jdbi, server.settings())
            .run(
                new OneUser(() -> free.add(noImportRuns())),
                new Importer.ImportOptions("elsewhere", Map.of(), null, false),
                false)
            .toView();
    assertThat(free).containsExactly(true);
    assertThat(shown.kinds())
        .filteredOn(line -> line.kind().equals(RecordKind.USAGE.label()))
        .singleElement()
        .satisfies(line -> assertThat(line.came()).isEqualTo(1));
    long came =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT count(*) FROM users WHERE username = 'from-elsewhere'")
                    .mapTo(Long.class)
                    .one());
    assertThat(came).isZero();
  }

  /** Whether no transaction of an import is open; one would hold this lock. */
  private boolean noImportRuns() {
    return jdbi.inTransaction(
        handle ->
            handle
                .createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('import', 0))")
                .mapTo(Boolean.class)
                .one());
  }

  /** A source with one user and one usage row. */
  private record OneUser(Runnable beforeUsage) implements ImportSource {
    @Override
    public String kind() {
      return "stub";
    }

    @Override
    public void read(RecordKind kind, Sink sink) {
      if (kind == RecordKind.USER) {
        sink.accept(
            new SourceRecord.SourceUser(
                "1",
                "from-elsewhere",
                null,
                null,
                1,
                true,
                false,
                0,
                true,
                false,
                null,
                null,
                null,
                UsageLimits.NONE));
      } else if (kind == RecordKind.USAGE) {
        beforeUsage.run();
        sink.accept(
            new SourceRecord.SourceUsage(
                "7",
                "1",
                null,
                "/v1/chat/completions",
                "POST",
                "gpt-4.1-mini",
                null,
                null,
                false,
                true,
                200,
                null,
                1,
                2,
                0,
                3,
                Instant.EPOCH));
      }
    }

    @Override
    public void close() {}
  }
}
