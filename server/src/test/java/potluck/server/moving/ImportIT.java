package potluck.server.moving;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.gateway.quota.Limits;
import potluck.server.scene.TestHouse;

/** Years of usage are counted without keeping anybody waiting. */
@Timeout(120)
class ImportIT {
  private final TestHouse house = TestHouse.shared();
  private final Jdbi jdbi = Jdbi.create(house.database().source());

  @Test
  void aDryRunHoldsNoTransactionWhileItCountsUsage() throws Exception {
    List<Boolean> free = new ArrayList<>();
    jdbi.registerArrayType(String.class, "text");
    Report.Shown shown =
        new Import(jdbi, house.settings())
            .run(
                new OneUser(() -> free.add(nobodyImports())),
                new Import.Wishes("elsewhere", Map.of(), null, false),
                false)
            .shown();
    assertThat(free).containsExactly(true);
    assertThat(shown.kinds())
        .filteredOn(line -> line.kind().equals(Kind.USAGE.word()))
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

  /** An import's transaction holds this lock as long as it is open. */
  private boolean nobodyImports() {
    return jdbi.inTransaction(
        handle ->
            handle
                .createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('import', 0))")
                .mapTo(Boolean.class)
                .one());
  }

  /** A house with one user, who has asked once. */
  private record OneUser(Runnable beforeUsage) implements Source {
    @Override
    public String kind() {
      return "stub";
    }

    @Override
    public void read(Kind kind, Sink sink) {
      if (kind == Kind.USER) {
        sink.take(
            new Found.Person(
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
                Limits.NONE));
      } else if (kind == Kind.USAGE) {
        beforeUsage.run();
        sink.take(
            new Found.Use(
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
