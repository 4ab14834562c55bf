package potluck.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.gateway.quota.LimitStore.LimitOwner;
import potluck.gateway.quota.LimitStore.Scope;
import potluck.gateway.store.ChangeFeed;

/** Limits as the API has them, and their owners; the SQL is tested with the server. */
class LimitStoreTest {
  private static final Jdbi NO_DATABASE =
      Jdbi.create(
          () -> {
            throw new IllegalStateException("this test has no database");
          });

  private final LimitStore store = new LimitStore(NO_DATABASE, new ChangeFeed(NO_DATABASE));

  @Test
  void limitStoreHasNoLimitsForAnUnknownOwner() {
    assertThat(store.of(new LimitOwner(Scope.KEY, 1))).isEqualTo(UsageLimits.NONE);
    assertThat(store.findTeam(1)).isEmpty();
    assertThat(store.all()).isEmpty();
  }

  @Test
  void limitStoreCreatesNoChecksAndReadsNothingWithoutLimits() {
    LimitChecks checks = store.createChecks(new LimitOwner(Scope.USER, 1), Instant.EPOCH);
    assertThat(checks.budgets()).isEmpty();
    assertThat(checks.running()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void limitOwnerIsReadFromItsText(Scope scope) {
    LimitOwner owner = new LimitOwner(scope, 42);
    assertThat(LimitOwner.parse(owner.toString())).isEqualTo(owner);
  }

  @Test
  void limitOwnerHasTheTextOfTheChangeFeed() {
    assertThat(new LimitOwner(Scope.TEAM, 7)).hasToString("team:7");
  }

  @Test
  void usageLimitsAreShownAsTheyWereGiven() {
    Map<String, Object> limits =
        Map.of(
            "requests_per_minute",
            60L,
            "usd_per_month",
            new BigDecimal("12.5"),
            "tokens_total",
            1000L,
            "concurrency",
            4);
    assertThat(UsageLimits.parse(limits).toMap()).isEqualTo(limits);
  }

  @Test
  void usageLimitsIgnoreNulls() {
    Map<String, Object> limits = new HashMap<>();
    limits.put("tokens_total", null);
    limits.put("concurrency", null);
    assertThat(UsageLimits.parse(limits).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"tokens_per_year=1", "tokens_total=-1", "tokens_total=x", "requests_per_day=1.5"})
  void usageLimitsRejectInvalidLimitsByName(String text) {
    String[] parts = text.split("=");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UsageLimits.parse(Map.of(parts[0], parts[1])))
        .withMessageContaining(parts[0]);
  }

  @Test
  void budgetNamesAreUniqueAndReadable() {
    for (Budget.Unit unit : Budget.Unit.values()) {
      for (Budget.Window window : Budget.Window.values()) {
        Budget budget = new Budget(unit, window, 5);
        assertThat(Budget.parse(budget.name(), 5)).as(budget.name()).contains(budget);
      }
    }
    assertThat(Arrays.stream(Budget.Window.values()).filter(w -> w.end(Instant.EPOCH).isEmpty()))
        .containsExactly(Budget.Window.TOTAL);
  }
}
