package potluck.gateway.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.AccountId;
import potluck.kit.ManualClock;

/** Which accounts are remembered to hold the prompt cache of a conversation. */
class AffinityTest {
  private static final String MODEL = PoolFixtures.MODEL;
  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final AccountId ONE = new AccountId("1".repeat(32));
  private static final AccountId TWO = new AccountId("2".repeat(32));
  private static final AccountId THREE = new AccountId("3".repeat(32));

  private final ManualClock clock = new ManualClock();
  private final Affinity affinity = new Affinity(LIFE, 3);

  @Test
  void affinityRemembersTheAccountOfAConversation() {
    record("c", ONE, 1000);
    assertThat(tokens(1, "c", MODEL, ONE)).isEqualTo(1250);
    assertThat(tokens(1, "c", MODEL, TWO)).isZero();
  }

  @Test
  void affinityKeepsConversationsUsersAndModelsApart() {
    record("c", ONE, 1000);
    assertThat(tokens(1, "d", MODEL, ONE)).isZero();
    assertThat(tokens(2, "c", MODEL, ONE)).isZero();
    assertThat(tokens(1, "c", "other", ONE)).isZero();
  }

  @Test
  void affinityIgnoresRequestsWithoutAConversation() {
    record(null, ONE, 1000);
    assertThat(affinity.find(PoolFixtures.request(1, null, 1000), MODEL)).isNull();
  }

  @Test
  void affinityForgetsACacheAfterItsLife() {
    record("c", ONE, 1000);
    clock.advance(LIFE.minusMillis(1));
    assertThat(tokens(1, "c", MODEL, ONE)).isPositive();
    clock.advance(Duration.ofMillis(1));
    assertThat(tokens(1, "c", MODEL, ONE)).isZero();
  }

  @Test
  void affinityRemembersASecondAccountAndPrefersTheFirst() {
    record("c", ONE, 1000);
    record("c", TWO, 1000);
    assertThat(tokens(1, "c", MODEL, ONE)).isEqualTo(1250);
    assertThat(tokens(1, "c", MODEL, TWO)).isEqualTo(1000);
  }

  @Test
  void affinityReplacesTheSecondAccountByAThird() {
    record("c", ONE, 1000);
    record("c", TWO, 1000);
    record("c", THREE, 1000);
    assertThat(tokens(1, "c", MODEL, ONE)).isPositive();
    assertThat(tokens(1, "c", MODEL, TWO)).isZero();
    assertThat(tokens(1, "c", MODEL, THREE)).isPositive();
  }

  @Test
  void affinityMakesAnotherAccountTheFirstOnceItsCacheIsTooOld() {
    record("c", ONE, 1000);
    clock.advance(LIFE);
    record("c", TWO, 1000);
    assertThat(tokens(1, "c", MODEL, TWO)).isEqualTo(1250);
  }

  @Test
  void affinityForgetsTheConversationUnusedLongest() {
    record("a", ONE, 1);
    record("b", ONE, 1);
    record("c", ONE, 1);
    record("a", ONE, 1);
    record("d", ONE, 1);
    assertThat(affinity.find(PoolFixtures.request(1, "b", 1), MODEL)).isNull();
    for (String kept : List.of("a", "c", "d")) {
      assertThat(affinity.find(PoolFixtures.request(1, kept, 1), MODEL)).isNotNull();
    }
  }

  private void record(@Nullable String conversation, AccountId account, long tokens) {
    affinity.record(PoolFixtures.request(1, conversation, tokens), MODEL, account, clock.millis());
  }

  private double tokens(long user, String conversation, String model, AccountId account) {
    Affinity.@Nullable WarmAccounts warm =
        affinity.find(PoolFixtures.request(user, conversation, 0), model);
    return warm == null ? 0 : warm.cachedTokens(account, clock.millis(), affinity.cacheLifeMs());
  }
}
