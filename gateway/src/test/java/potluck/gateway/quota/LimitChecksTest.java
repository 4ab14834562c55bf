package potluck.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import potluck.dialect.model.RateLimit;
import potluck.gateway.quota.AllowanceCheck.Availability;
import potluck.kit.ManualClock;

/** How the checks of an owner count, and what happens to them if limits change. */
class LimitChecksTest {
  private static final Estimate TEN_TOKENS = new Estimate(10, 0, 0);

  private final ManualClock clock = new ManualClock();

  @Test
  void limitChecksKeepWhatTheyCountedIfALimitChanges() {
    LimitChecks before = checks(counter("tokens_per_day", 100, 0), null);
    before.budgets().getFirst().consume(new ActualUsage(60, 0, 0));
    LimitChecks after = before.changedTo(checks(counter("tokens_per_day", 50, 0), null));
    assertThat(after.budgets().getFirst().used()).isEqualTo(60);
    assertThat(after.budgets().getFirst().availability(TEN_TOKENS))
        .isEqualTo(Availability.EXHAUSTED);
  }

  @Test
  void limitChecksTakeOverMoreUseFromThePostedRows() {
    LimitChecks before = checks(counter("tokens_per_day", 100, 0), null);
    LimitChecks after = before.changedTo(checks(counter("tokens_per_day", 100, 70), null));
    assertThat(after.budgets().getFirst().used()).isEqualTo(70);
  }

  @Test
  void limitChecksStartANewBudgetWithThePostedUse() {
    LimitChecks before = checks(counter("tokens_per_day", 100, 90), null);
    LimitChecks after = before.changedTo(checks(counter("tokens_per_hour", 100, 5), null));
    assertThat(after.budgets()).hasSize(1);
    assertThat(after.budgets().getFirst().used()).isEqualTo(5);
  }

  @Test
  void limitChecksKeepRunningRequestsIfTheConcurrencyChanges() {
    ConcurrencyLimit limit = new ConcurrencyLimit(5);
    limit.hold(TEN_TOKENS);
    LimitChecks after = checks(null, limit).changedTo(checks(null, new ConcurrencyLimit(1)));
    assertThat(after.running()).isEqualTo(1);
    List<AllowanceCheck> all = new ArrayList<>();
    after.addTo(all);
    assertThat(all.getFirst().availability(TEN_TOKENS)).isEqualTo(Availability.LATER);
  }

  @Test
  void limitChecksDropWhatIsNoLongerLimited() {
    LimitChecks before = checks(counter("tokens_per_day", 1, 1), new ConcurrencyLimit(1));
    List<AllowanceCheck> all = new ArrayList<>();
    before.changedTo(LimitChecks.NONE).addTo(all);
    assertThat(all).isEmpty();
  }

  @Test
  void budgetCounterStartsAgainInANewWindow() {
    BudgetCounter counter = counter("tokens_per_minute", 100, 100);
    assertThat(counter.availability(TEN_TOKENS)).isEqualTo(Availability.EXHAUSTED);
    clock.advance(Duration.ofMinutes(1));
    counter.advanceTo(clock.instant());
    assertThat(counter.availability(TEN_TOKENS)).isEqualTo(Availability.AVAILABLE);
  }

  @Test
  void budgetCounterAdmitsTheLastRequestAlthoughLessIsLeft() {
    BudgetCounter counter = counter("tokens_per_day", 100, 95);
    assertThat(counter.availability(TEN_TOKENS)).isEqualTo(Availability.AVAILABLE);
    counter.hold(TEN_TOKENS);
    assertThat(counter.availability(TEN_TOKENS)).isEqualTo(Availability.LATER);
  }

  @Test
  void budgetCounterSplitsAMinuteAmongNodesThatCannotReachEachOther() {
    BudgetCounter counter = counter("tokens_per_minute", 100, 50);
    counter.setSharingNodes(2);
    assertThat(counter.availability(TEN_TOKENS)).isEqualTo(Availability.EXHAUSTED);
    counter.setSharingNodes(1);
    assertThat(counter.availability(TEN_TOKENS)).isEqualTo(Availability.AVAILABLE);
  }

  @Test
  void concurrencyLimitCountsRequestsOfOtherNodes() {
    ConcurrencyLimit limit = new ConcurrencyLimit(4);
    limit.setRemoteRunning(3, 1);
    assertThat(limit.availability(TEN_TOKENS)).isEqualTo(Availability.AVAILABLE);
    limit.hold(TEN_TOKENS);
    assertThat(limit.availability(TEN_TOKENS)).isEqualTo(Availability.LATER);
  }

  @Test
  void limitChecksAddRemoteUseToMinutesOnly() {
    LimitChecks checks =
        new LimitChecks(
            List.of(counter("tokens_per_minute", 100, 0), counter("tokens_per_day", 100, 0)), null);
    checks.addRemote(new NodeUsage(1, 2, 3, 40, 5), clock.instant());
    assertThat(checks.budgets()).extracting(BudgetCounter::used).containsExactly(40L, 0L);
  }

  @Test
  void limitChecksReportLimitsPerMinute() {
    LimitChecks checks =
        new LimitChecks(
            List.of(
                counter("tokens_per_minute", 100, 30),
                counter("requests_per_minute", 60, 1),
                counter("usd_per_minute", 1, 0),
                counter("tokens_per_day", 100, 0)),
            null);
    List<RateLimit> reported = new ArrayList<>();
    checks.addMinuteLimits(reported, clock.instant());
    assertThat(reported)
        .extracting(RateLimit::kind)
        .containsExactly(RateLimit.Kind.TOKENS, RateLimit.Kind.REQUESTS);
  }

  @Test
  void limitChecksCountARequestInABudgetThatWasSetWhileItRan() {
    BudgetCounter old = counter("tokens_per_day", 100, 0);
    BudgetCounter late = counter("tokens_total", 100, 0);
    new LimitChecks(List.of(old, late), null).consumeLate(List.of(old), new ActualUsage(10, 0, 0));
    assertThat(old.used()).isZero();
    assertThat(late.used()).isEqualTo(10);
  }

  private BudgetCounter counter(String name, long max, long used) {
    Budget budget = UsageLimits.parse(Map.of(name, max)).budgets().getFirst();
    return new BudgetCounter(budget, used, clock.instant());
  }

  private static LimitChecks checks(
      @Nullable BudgetCounter counter, @Nullable ConcurrencyLimit limit) {
    return new LimitChecks(counter == null ? List.of() : List.of(counter), limit);
  }
}
