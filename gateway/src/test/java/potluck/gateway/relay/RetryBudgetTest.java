package potluck.gateway.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Retries are limited to a fraction of the requests, plus a minimum. */
class RetryBudgetTest {
  @Test
  void retryBudgetAllowsAFifthOfTheRequests() {
    RetryBudget budget = new RetryBudget(20, 5);
    for (int i = 0; i < 1000; i++) {
      budget.recordRequest(100 + i / 200);
    }
    assertThat(granted(budget, 104)).isEqualTo(200);
  }

  @Test
  void retryBudgetAlwaysAllowsAFewRetries() {
    RetryBudget budget = new RetryBudget(20, 5);
    budget.recordRequest(100);
    assertThat(granted(budget, 100)).isEqualTo(5);
  }

  @Test
  void retryBudgetForgetsOldRequests() {
    RetryBudget budget = new RetryBudget(20, 5);
    for (int i = 0; i < 1000; i++) {
      budget.recordRequest(100);
    }
    assertThat(granted(budget, 100)).isEqualTo(200);
    assertThat(granted(budget, 109)).isZero();
    assertThat(granted(budget, 110)).isEqualTo(5);
  }

  @Test
  void retryBudgetSurvivesAClockSetBack() {
    RetryBudget budget = new RetryBudget(0, 3);
    assertThat(granted(budget, 1_000)).isEqualTo(3);
    assertThat(granted(budget, 10)).isEqualTo(3);
  }

  private static int granted(RetryBudget budget, long second) {
    int granted = 0;
    while (granted < 10_000 && budget.tryRetry(second)) {
      granted++;
    }
    return granted;
  }
}
