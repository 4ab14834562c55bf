package potluck.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.dialect.model.FailureException;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.account.Accounts;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Vault;
import potluck.gateway.meter.Charge;
import potluck.gateway.meter.ModelGroups;
import potluck.gateway.meter.Price;
import potluck.gateway.meter.PriceList;
import potluck.gateway.meter.Reading;
import potluck.gateway.meter.Tariff;
import potluck.gateway.store.ChangeFeed;
import potluck.kit.ManualClock;

/** What quotas admit in memory; what they post is tested with the server. */
class QuotasTest {
  private static final long USER = 1;
  private static final long BASE = 1000;
  private static final long RATE = 100;
  private static final String KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
  private static final Jdbi NO_DATABASE =
      Jdbi.create(
          () -> {
            throw new IllegalStateException("this test has no database");
          });

  private final ManualClock clock = new ManualClock();
  private final ChangeFeed changes = new ChangeFeed(NO_DATABASE);

  @Test
  void quotasRefuseSharedAccountsOnceTheBaseQuotaIsUsed() {
    try (Quotas quotas = quotas(true)) {
      use(quotas, USER, "m1", BASE - 1);
      try (Hold hold = hold(quotas, USER, "m1")) {
        assertThat(hold.exhausted()).isNull();
        hold.settle(reading("m", 1));
      }
      try (Hold hold = hold(quotas, USER, "m1")) {
        Failure exhausted = Objects.requireNonNull(hold.exhausted());
        assertThat(exhausted.kind()).isEqualTo(Kind.QUOTA_EXHAUSTED);
        assertThat(exhausted.message()).contains("is used up");
      }
    }
  }

  @Test
  void quotasOnlyCountIfTheyAreNotEnforced() {
    try (Quotas quotas = quotas(false)) {
      use(quotas, USER, "m1", 10 * BASE);
      try (Hold hold = hold(quotas, USER, "m1")) {
        assertThat(hold.exhausted()).isNull();
      }
    }
  }

  @Test
  void quotasRecoverByTheHour() {
    try (Quotas quotas = quotas(true)) {
      use(quotas, USER, "m1", BASE);
      quotas.applyPosted(
          List.of(
              new Quotas.Posting(
                  new QuotaCharge(USER, "m", BASE),
                  new Quota.Posted(0, BASE, RATE, clock.instant(), 0, 1))));
      clock.advance(Duration.ofMinutes(59));
      try (Hold hold = hold(quotas, USER, "m1")) {
        assertThat(hold.exhausted()).isNotNull();
      }
      clock.advance(Duration.ofMinutes(1));
      use(quotas, USER, "m1", RATE);
      try (Hold hold = hold(quotas, USER, "m1")) {
        assertThat(hold.exhausted()).isNotNull();
      }
    }
  }

  @Test
  void quotasDoNotCountAChargeTwiceAfterItIsPosted() {
    try (Quotas quotas = quotas(true)) {
      use(quotas, USER, "m1", 600);
      quotas.applyPosted(
          List.of(
              new Quotas.Posting(
                  new QuotaCharge(USER, "m", 600),
                  new Quota.Posted(400, BASE, RATE, clock.instant(), 0, 1))));
      use(quotas, USER, "m1", 399);
      try (Hold hold = hold(quotas, USER, "m1")) {
        assertThat(hold.exhausted()).isNull();
      }
    }
  }

  @Test
  void quotasAreSharedByTheModelsOfAGroup() {
    try (Quotas quotas = quotas(true)) {
      use(quotas, USER, "m1", BASE);
      try (Hold same = hold(quotas, USER, "m2");
          Hold other = hold(quotas, USER, "x")) {
        assertThat(same.exhausted()).isNotNull();
        assertThat(other.exhausted()).isNull();
      }
    }
  }

  @Test
  void quotasBelongToOneUser() {
    try (Quotas quotas = quotas(true)) {
      use(quotas, USER, "m1", BASE);
      try (Hold hold = hold(quotas, 2, "m1")) {
        assertThat(hold.exhausted()).isNull();
      }
    }
  }

  @Test
  void quotasChargeTheGroupOfTheModelThatServed() {
    try (Quotas quotas = quotas(true)) {
      use(quotas, USER, "x", 1);
      try (Hold hold = hold(quotas, USER, "m1")) {
        hold.settle(reading("x", BASE));
      }
      try (Hold asked = hold(quotas, USER, "m1");
          Hold served = hold(quotas, USER, "x")) {
        assertThat(asked.exhausted()).isNull();
        assertThat(served.exhausted()).isNotNull();
      }
    }
  }

  /** Requests at once cannot spend more than is left: each holds what it can cost. */
  @Test
  void quotasHoldWhatARequestCanCost() {
    try (Quotas quotas = quotas(true)) {
      use(quotas, USER, "m1", 1);
      OptionalLong answer = OptionalLong.of(BASE * 6 / 10);
      try (Hold first = quotas.hold(USER, 0, "m1", 4, answer)) {
        assertThat(first.exhausted()).isNull();
        assertThatThrownBy(() -> quotas.hold(USER, 0, "m1", 4, answer))
            .isInstanceOfSatisfying(
                FailureException.class,
                refused -> assertThat(refused.failure().retryAfter()).isNotNull());
        try (Hold small = quotas.hold(USER, 0, "m1", 4, OptionalLong.of(BASE / 10))) {
          assertThat(small.exhausted()).isNull();
        }
        first.settle(reading("m", 1));
      }
      try (Hold next = quotas.hold(USER, 0, "m1", 4, answer)) {
        assertThat(next.exhausted()).as("the first one cost less than it held").isNull();
      }
    }
  }

  @Test
  void quotasCountOpenHolds() {
    try (Quotas quotas = quotas(true)) {
      try (Hold one = hold(quotas, USER, "m1");
          Hold two = hold(quotas, 2, "m1")) {
        assertThat(one).isNotSameAs(two);
        assertThat(quotas.holdsOpen()).isEqualTo(2);
      }
      assertThat(quotas.holdsOpen()).isZero();
    }
  }

  private Quotas quotas(boolean enforced) {
    Price price = new Price(1_000_000, 0, 0, 1_000_000, 0, 0, 1, Instant.EPOCH);
    Tariff tariff =
        new Tariff(
            new PriceList(List.of(new PriceList.Entry("*", null, price))),
            new ModelGroups("m=m*"),
            Tariff.Unit.USD,
            1_000_000,
            1);
    return new Quotas(
        NO_DATABASE,
        changes,
        new Accounts(NO_DATABASE, new Vault(List.of(new Secret(KEY)), clock), changes),
        new LimitStore(NO_DATABASE, changes),
        new QuotaRules(enforced, Duration.ZERO, BASE, RATE, BASE, RATE, 4096),
        tariff,
        clock);
  }

  private static Hold hold(Quotas quotas, long user, String model) {
    return quotas.hold(user, 0, model, 4, OptionalLong.of(1));
  }

  private static void use(Quotas quotas, long user, String model, long amount) {
    try (Hold hold = hold(quotas, user, model)) {
      assertThat(hold.exhausted()).isNull();
      hold.settle(reading(model.startsWith("m") ? "m" : model, amount));
    }
  }

  private static Reading reading(String group, long amount) {
    return new Reading(
        200,
        true,
        false,
        new TokenUsage(amount, 0, 0, 0, 0),
        null,
        null,
        true,
        new Charge(amount, amount, Charge.UNKNOWN, group),
        1,
        1,
        List.of());
  }
}
