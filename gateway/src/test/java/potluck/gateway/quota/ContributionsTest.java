package potluck.gateway.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The arithmetic of contributions; their SQL is tested with the server. */
class ContributionsTest {
  private static final long FULL = 2_000_000;

  @Test
  void contributionsCreditTheFullGainToAnOwnerWhoOwesNothing() {
    assertThat(Contributions.credit(FULL, FULL, 0)).isEqualTo(FULL);
  }

  @Test
  void contributionsCreditNothingForASpentAccount() {
    assertThat(Contributions.credit(0, FULL, 0)).isZero();
  }

  @Test
  void contributionsDoNotCreditAgainWhatIsOwed() {
    assertThat(Contributions.credit(FULL, FULL, 1_500_000)).isEqualTo(500_000);
    assertThat(Contributions.credit(FULL, FULL, 3_000_000)).isZero();
  }

  @Test
  void contributionsTakeBackWhatTheyCredited() {
    assertThat(Contributions.takeBack(FULL, posted(3_000_000, 5_000_000), FULL)).isEqualTo(FULL);
  }

  @Test
  void contributionsNeverMakeABalanceNegative() {
    assertThat(Contributions.takeBack(FULL, posted(700_000, 5_000_000), FULL)).isEqualTo(700_000);
    assertThat(Contributions.takeBack(FULL, posted(-100_000, 5_000_000), FULL)).isZero();
  }

  @Test
  void contributionsTakeBackWhatRecoveredAboveTheRemainingCeiling() {
    // Nothing was credited at once, but the balance recovered to the raised ceiling.
    assertThat(Contributions.takeBack(0, posted(2_500_000, 2_500_000), FULL)).isEqualTo(FULL);
  }

  @Test
  void contributionsKeepABalanceBelowTheRemainingCeiling() {
    assertThat(Contributions.takeBack(0, posted(500_000, 2_500_000), FULL)).isZero();
  }

  private static Quota.Posted posted(long balance, long ceiling) {
    return new Quota.Posted(balance, ceiling, 0, Instant.EPOCH, 0, 0);
  }
}
