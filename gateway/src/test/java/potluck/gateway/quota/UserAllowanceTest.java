package potluck.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import potluck.dialect.model.Failure;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.meter.Charge;
import potluck.gateway.meter.Reading;

class UserAllowanceTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final Estimate ESTIMATE = new Estimate(100, 10, 10);
  private static final Quota PLENTY = quota(1_000_000_000L);

  @RepeatedTest(100)
  void userAllowanceCountsExactlyUnder256ConcurrentRequests() throws InterruptedException {
    UserAllowance allowance = new UserAllowance();
    Quota quota = quota(1000 * 7);
    AtomicInteger served = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 256; i++) {
        threads.submit(
            () -> {
              for (int k = 0; k < 8; k++) {
                // The estimate is lower than the actual use.
                try (Hold hold = hold(allowance, quota, new Estimate(1, 0, 3))) {
                  if (hold.exhausted() == null) {
                    served.incrementAndGet();
                    hold.settle(reading(1, 7));
                  }
                }
              }
            });
      }
    }
    quota.advanceTo(NOW);
    // The last requests may have been admitted with an estimate that was too low; each
    // overdraws by its own use.
    assertThat(served.get()).isGreaterThanOrEqualTo(1000);
    assertThat(quota.remaining()).isEqualTo(7000L - 7L * served.get());
    assertThat(allowance.openHolds()).isZero();
  }

  @RepeatedTest(100)
  void userAllowanceAdmitsNoRequestTooManyIfEstimatesAreRight() throws InterruptedException {
    UserAllowance allowance = new UserAllowance();
    Quota quota = quota(1000 * 7);
    AtomicInteger served = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 256; i++) {
        threads.submit(
            () -> {
              for (int k = 0; k < 8; k++) {
                try (Hold hold = hold(allowance, quota, new Estimate(1, 0, 7))) {
                  if (hold.exhausted() == null) {
                    served.incrementAndGet();
                    hold.settle(reading(1, 7));
                  }
                }
              }
            });
      }
    }
    quota.advanceTo(NOW);
    assertThat(served.get()).isEqualTo(1000);
    assertThat(quota.remaining()).isZero();
  }

  @Test
  void holdReturnsEverythingIfNotSettled() {
    UserAllowance allowance = new UserAllowance();
    Quota quota = quota(10);
    hold(allowance, quota, ESTIMATE).close();
    try (Hold again = hold(allowance, quota, ESTIMATE)) {
      assertThat(again.exhausted()).isNull();
    }
    assertThat(allowance.openHolds()).isZero();
  }

  @Test
  void userAllowanceCountsRunningRequestsAgainstANewLimit() {
    UserAllowance allowance = new UserAllowance();
    try (Hold hold =
        allowance.hold(7, PLENTY, ESTIMATE, _ -> LimitChecks.NONE, Duration.ZERO, CLOCK, _ -> {})) {
      UsageLimits wanted = new UsageLimits(List.of(budget("tokens_total", 100)), 0);
      allowance.changeLimitsIfKnown(
          7, _ -> checks(new BudgetCounter(wanted.budgets().getFirst(), 0, NOW)));
      hold.settle(reading(100, 0));
    }
    assertThatThrownBy(
            () ->
                allowance.hold(
                    7, PLENTY, ESTIMATE, _ -> LimitChecks.NONE, Duration.ZERO, CLOCK, _ -> {}))
        .hasMessageContaining("100 of 100");
  }

  @Test
  void userAllowanceNamesTheReachedLimitAndItsEnd() {
    UserAllowance allowance = new UserAllowance();
    LimitChecks checks = checks(new BudgetCounter(budget("usd_per_day", 0.5), 500_000, NOW));
    assertThatThrownBy(
            () -> allowance.hold(0, PLENTY, ESTIMATE, _ -> checks, Duration.ZERO, CLOCK, _ -> {}))
        .isInstanceOfSatisfying(
            FailureException.class,
            refused -> {
              assertThat(refused.failure().kind()).isEqualTo(Failure.Kind.QUOTA_EXHAUSTED);
              assertThat(refused.failure().message()).contains("usd_per_day", "0.5 USD");
              assertThat(refused.failure().retryAfter())
                  .isEqualTo(Duration.between(NOW, Instant.parse("2026-03-05T00:00:00.001Z")));
            });
  }

  @Test
  void budgetCounterResetsUseButKeepsHoldsInANewWindow() {
    BudgetCounter counter = new BudgetCounter(budget("tokens_per_minute", 100), 90, NOW);
    counter.hold(new Estimate(60, 0, 0));
    counter.advanceTo(NOW.plusSeconds(60));
    assertThat(counter.used()).isZero();
    assertThat(counter.remaining()).isEqualTo(40);
  }

  /** A state of the ledger may arrive after a posting that it does not contain. */
  @Test
  void quotaIgnoresABalanceOlderThanTheLastPosting() {
    Quota quota = new Quota("m", true, new Quota.Posted(100, 100, 0, NOW, 0, 7));
    quota.consume(new ActualUsage(1, 1, 60));
    quota.applyPosted(new Quota.Posted(40, 100, 0, NOW, 0, 8), 60);
    quota.refresh(new Quota.Posted(100, 100, 0, NOW, 0, 7));
    assertThat(quota.remaining()).isEqualTo(40);
    quota.refresh(new Quota.Posted(90, 100, 0, NOW, 0, 9));
    assertThat(quota.remaining()).isEqualTo(90);
  }

  @Test
  void quotaRecoversByWholeHoursUpToTheCeiling() {
    Quota.Posted posted = new Quota.Posted(1_000_000, 2_000_000, 400_000, NOW, 0, 0);
    assertThat(posted.at(NOW.plusSeconds(3599))).isEqualTo(1_000_000);
    assertThat(posted.at(NOW.plusSeconds(3600))).isEqualTo(1_400_000);
    assertThat(posted.at(NOW.plusSeconds(4 * 3600))).isEqualTo(2_000_000);
    assertThat(posted.at(NOW.minusSeconds(7200))).isEqualTo(1_000_000);
    assertThat(
            new Quota.Posted(-5, 10, Long.MAX_VALUE / 8, NOW, 0, 0).at(NOW.plusSeconds(9_999_999)))
        .isEqualTo(10);
  }

  private static Hold hold(UserAllowance allowance, Quota quota, Estimate estimate) {
    return allowance.hold(
        0, quota, estimate, _ -> LimitChecks.NONE, Duration.ofSeconds(20), CLOCK, _ -> {});
  }

  private static LimitChecks checks(BudgetCounter counter) {
    return new LimitChecks(List.of(counter), null);
  }

  private static Budget budget(String name, double max) {
    return UsageLimits.parse(Map.of(name, max)).budgets().getFirst();
  }

  private static Quota quota(long balance) {
    return new Quota("m", true, new Quota.Posted(balance, balance, 0, NOW, 0, 0));
  }

  private static Reading reading(long tokens, long quotaMicros) {
    return new Reading(
        200,
        true,
        false,
        new TokenUsage(tokens, 0, 0, 0, 0),
        null,
        null,
        true,
        new Charge(0, quotaMicros, Charge.UNKNOWN, "m"),
        1,
        1,
        List.of());
  }
}
