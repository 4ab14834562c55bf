package potluck.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** How a quota will develop, and how it developed: by the hourly steps of the ledger. */
class QuotaProjectionTest {
  private static final Instant NOW = Instant.parse("2026-11-30T14:20:00Z");
  private static final Instant LAST_STEP = Instant.parse("2026-11-30T14:05:00Z");
  private static final long PACE = 830_000;

  @Test
  void projectionGoesByHourlySteps() {
    QuotaProjection quota = projection(1_520_000, 0, 3_000_000, 450_000);
    assertThat(quota.nextStep()).isEqualTo("2026-11-30T15:05:00Z");
    assertThat(quota.nextCredit()).isEqualTo(450_000);
    assertThat(quota.fullAt()).contains(Instant.parse("2026-11-30T18:05:00Z"));
    assertThat(quota.emptyAt(PACE).orElseThrow())
        .isBetween(Instant.parse("2026-11-30T17:47:00Z"), Instant.parse("2026-11-30T17:48:00Z"));
    assertThat(quota.usableAgainAt(PACE)).contains(Instant.parse("2026-11-30T18:05:00Z"));

    QuotaProjection more = quota.plus(2_000_000, 400_000);
    assertThat(more.emptyAt(PACE)).as("it recovers faster than it is used").isEmpty();

    List<QuotaPoint> unused = quota.points(0, Duration.ofHours(2));
    assertThat(unused)
        .extracting(QuotaPoint::left)
        .containsExactly(1_520_000L, 1_520_000L, 1_970_000L, 1_970_000L, 2_420_000L, 2_420_000L);
    assertThat(quota.points(PACE, Duration.ofHours(5)))
        .anyMatch(point -> point.left() == 0)
        .allMatch(point -> point.left() >= 0);
  }

  @Test
  void projectionOfAFullOrExhaustedQuota() {
    QuotaProjection full = projection(1_000_000, 0, 1_000_000, 50_000);
    assertThat(full.fullAt()).contains(NOW);
    assertThat(full.nextCredit()).isZero();
    assertThat(full.emptyAt(0)).isEmpty();
    QuotaProjection exhausted = projection(-70_000, 0, 1_000_000, 50_000);
    assertThat(exhausted.emptyAt(0)).contains(NOW);
    assertThat(exhausted.usableAgainAt(0)).contains(Instant.parse("2026-11-30T16:05:00Z"));
    // Prepaid quota does not fill the ceiling.
    QuotaProjection prepaid = projection(5_200_000, 5_000_000, 1_000_000, 50_000);
    assertThat(prepaid.nextCredit()).isEqualTo(50_000);
    assertThat(prepaid.fullAt()).contains(Instant.parse("2026-12-01T06:05:00Z"));
  }

  @Test
  void timelinePutsRecoveryBackToItsHours() {
    Quotas.View quota = view(1_550_000, 0, 2_000_000, 450_000);
    Instant from = Instant.parse("2026-11-30T10:30:00Z");
    List<QuotaTimeline.Entry> entries =
        List.of(
            new QuotaTimeline.Entry(Instant.parse("2026-11-30T10:40:00Z"), -800_000, false),
            // Entered with the charge after it; it was due at 11:05 and 12:05.
            new QuotaTimeline.Entry(Instant.parse("2026-11-30T13:50:00Z"), 800_000, true),
            new QuotaTimeline.Entry(Instant.parse("2026-11-30T13:50:00Z"), -900_000, false),
            new QuotaTimeline.Entry(Instant.parse("2026-11-30T14:10:00Z"), 450_000, true));
    List<QuotaPoint> points = new QuotaTimeline(quota, from, 2_000_000, entries).points(from, NOW);
    assertThat(points)
        .containsExactly(
            point("10:30", 2_000_000),
            point("10:40", 1_200_000),
            point("11:05", 1_200_000),
            point("11:05", 1_650_000),
            point("12:05", 1_650_000),
            point("12:05", 2_000_000),
            point("13:50", 1_100_000),
            point("14:05", 1_100_000),
            point("14:05", 1_550_000),
            point("14:20", 1_550_000));
    List<QuotaPoint> thinned = QuotaTimeline.thinned(points, 6);
    assertThat(thinned).hasSizeLessThanOrEqualTo(6).contains(point("12:05", 2_000_000));
    assertThat(thinned.getLast()).isEqualTo(points.getLast());
  }

  private static QuotaPoint point(String time, long left) {
    return new QuotaPoint(Instant.parse("2026-11-30T" + time + ":00Z"), left);
  }

  private static QuotaProjection projection(long left, long granted, long ceiling, long rate) {
    return QuotaProjection.of(view(left, granted, ceiling, rate), NOW);
  }

  private static Quotas.View view(long left, long granted, long ceiling, long rate) {
    return new Quotas.View(
        new UUID(0, 1), "claude", left, granted, ceiling, rate, LAST_STEP, LAST_STEP);
  }
}
