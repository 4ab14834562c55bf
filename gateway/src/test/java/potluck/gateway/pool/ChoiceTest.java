package potluck.gateway.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import potluck.dialect.model.RateLimit;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Standing;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.identity.User;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Provider;
import potluck.gateway.route.ModelRoute;
import potluck.gateway.upstream.Timeouts;

/** Which account is chosen, given what is known of each. */
class ChoiceTest {
  private static final String MODEL = "m";
  private static final ModelRoute ROUTE =
      new ModelRoute(MODEL, List.of(new ModelRoute.Leg(MODEL, null)));
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Provider PROVIDER =
      Catalogue.shipped(new Timeouts(MINUTE, MINUTE, MINUTE, MINUTE))
          .find("openai-compatible")
          .orElseThrow();

  private final Affinity affinity = new Affinity(Duration.ofMinutes(5), 1000);
  private final List<Slot> slots = new ArrayList<>();
  private long now = 1_000_000_000_000L;

  @Test
  void choiceTakesTurnsByWeight() {
    Slot light = shared(1, 0, 0);
    Slot heavy = shared(3, 0, 0);
    Map<Slot, Integer> served = new HashMap<>();
    for (int i = 0; i < 400; i++) {
      Slot best = best(request(null, 0));
      best.take();
      best.release();
      served.merge(best, 1, Integer::sum);
    }
    assertThat(served).containsEntry(light, 100).containsEntry(heavy, 300);
  }

  @Test
  void choicePrefersPriorityOverScore() {
    Slot first = shared(1, 5, 0);
    shared(1000, 0, 0);
    for (int i = 0; i < 40; i++) {
      first.take();
    }
    assertThat(best(request(null, 0))).isSameAs(first);
  }

  @Test
  void choiceFollowsTheCallersPreferenceForOwnOrShared() {
    Slot shared = shared(1, 9, 0);
    Slot own = slot(7, false, 1, 0, 0);
    assertThat(best(new LeaseRequest(ROUTE, caller(false), Set.of(), null, 0))).isSameAs(own);
    assertThat(best(new LeaseRequest(ROUTE, caller(true), Set.of(), null, 0))).isSameAs(shared);
  }

  @Test
  void choiceLeavesAFailedAccountAndReturns() {
    Slot failing = shared(1, 0, 0);
    Slot well = shared(1, 0, 0);
    well.take();
    well.release();
    assertThat(best(request(null, 0))).isSameAs(failing);
    failing.health().recordFailure(now);
    assertThat(best(request(null, 0))).isSameAs(well);
    now += 300_000;
    assertThat(best(request(null, 0))).isSameAs(failing);
  }

  @Test
  void choiceLeavesASlowAccountAndReturns() {
    Slot slow = shared(1, 0, 0);
    Slot quick = shared(1, 0, 0);
    quick.take();
    quick.release();
    slow.health().recordFirstByte(now, 9_000);
    quick.health().recordFirstByte(now, 100);
    assertThat(best(request(null, 0))).isSameAs(quick);
    now += 3_600_000;
    assertThat(best(request(null, 0))).isSameAs(slow);
  }

  @Test
  void choiceSparesAnAccountNearItsLimit() {
    Slot nearly = shared(1, 0, 0);
    Slot fresh = shared(1, 0, 0);
    fresh.take();
    fresh.release();
    nearly.setLimits(
        List.of(new RateLimit(RateLimit.Kind.TOKENS, 1000, 50, Instant.ofEpochMilli(now + 60_000))),
        now);
    assertThat(best(request(null, 0))).isSameAs(fresh);
    now += 61_000;
    assertThat(best(request(null, 0))).isSameAs(nearly);
  }

  @Test
  void choiceSkipsAnExhaustedAccountUntilItsWindowEnds() {
    Slot empty = shared(1, 9, 0);
    Slot other = shared(1, 0, 0);
    empty.setLimits(
        List.of(new RateLimit(RateLimit.Kind.REQUESTS, 10, 0, Instant.ofEpochMilli(now + 5_000))),
        now);
    assertThat(empty.obstacle(request(null, 0), null, now)).isEqualTo(Obstacle.WINDOW);
    assertThat(best(request(null, 0))).isSameAs(other);
    now += 5_000;
    assertThat(best(request(null, 0))).isSameAs(empty);
  }

  @Test
  void choiceKeepsAConversationAtItsWarmAccount() {
    shared(1, 0, 0);
    Slot home = shared(1, 0, 0);
    affinity.record(request("talk", 30_000), MODEL, home.account().id(), now);
    for (int i = 0; i < 12; i++) {
      home.take();
    }
    assertThat(best(request("talk", 30_000))).isSameAs(home);
    assertThat(best(request("another talk", 30_000))).isNotSameAs(home);
    assertThat(best(new LeaseRequest(ROUTE, other(), Set.of(), "talk", 30_000))).isNotSameAs(home);
    now += 300_000;
    assertThat(best(request("talk", 30_000))).isNotSameAs(home);
  }

  @Test
  void choiceMovesAConversationFromARestingAccountAndBack() {
    Slot guest = shared(1, 0, 0);
    Slot home = shared(1, 0, 0);
    affinity.record(request("talk", 30_000), MODEL, home.account().id(), now);
    home.setStanding(
        new Standing.Resting(Instant.ofEpochMilli(now + 20_000), "rate limit"), false, now);
    assertThat(best(request("talk", 31_000))).isSameAs(guest);
    affinity.record(request("talk", 31_000), MODEL, guest.account().id(), now);
    now += 20_000;
    assertThat(best(request("talk", 32_000))).isSameAs(home);
  }

  @Test
  void choiceDoesNotReturnAConversationToAStaleCache() {
    Slot guest = shared(1, 0, 0);
    Slot home = shared(1, 0, 0);
    affinity.record(request("talk", 10_000), MODEL, home.account().id(), now);
    affinity.record(request("talk", 60_000), MODEL, guest.account().id(), now);
    assertThat(best(request("talk", 60_000))).isSameAs(guest);
  }

  @Test
  void choiceTriesAnAccountOnTrialWithOneRequest() {
    Slot slot = shared(1, 0, 0);
    slot.setStanding(
        new Standing.Resting(Instant.ofEpochMilli(now + 10), "answered 500"), true, now);
    assertThat(slot.obstacle(request(null, 0), null, now)).isEqualTo(Obstacle.RESTING);
    now += 10;
    assertThat(slot.obstacle(request(null, 0), null, now)).isNull();
    slot.take();
    assertThat(slot.obstacle(request(null, 0), null, now)).isEqualTo(Obstacle.TRIAL);
  }

  @Test
  void choiceKeepsReservedCapacityForTheOwner() {
    Slot slot = slot(7, true, 1, 0, 2, 0.5);
    slot.take();
    LeaseRequest owner = new LeaseRequest(ROUTE, caller(true), Set.of(), null, 0);
    assertThat(slot.obstacle(request(null, 0), null, now)).isEqualTo(Obstacle.RESERVED);
    assertThat(slot.obstacle(owner, null, now)).isNull();
    slot.take();
    assertThat(slot.obstacle(owner, null, now)).isEqualTo(Obstacle.FULL);
  }

  private Slot best(LeaseRequest want) {
    Choice choice =
        new Choice(
            want,
            ROUTE.legs().getFirst(),
            now,
            affinity.find(want, MODEL),
            affinity.cacheLifeMs(),
            slots.stream().mapToInt(slot -> slot.account().weight()).average().orElse(1));
    return Objects.requireNonNull(choice.best(slots));
  }

  private Slot shared(int weight, int priority, int most) {
    return slot(99, true, weight, priority, most);
  }

  private Slot slot(long owner, boolean shared, int weight, int priority, int most) {
    return slot(owner, shared, weight, priority, most, 0);
  }

  private Slot slot(
      long owner, boolean shared, int weight, int priority, int most, double reserve) {
    Account account =
        new Account(
            AccountId.random(),
            owner,
            PROVIDER.name(),
            "a",
            "http://127.0.0.1:1",
            new Secret("s"),
            List.of(MODEL),
            Map.of(),
            Set.of(),
            shared,
            true,
            priority,
            weight,
            most,
            reserve,
            Standing.ready(),
            Instant.EPOCH,
            null,
            Instant.EPOCH,
            Instant.EPOCH);
    Slot slot = new Slot(account, PROVIDER);
    slots.add(slot);
    return slot;
  }

  private static LeaseRequest request(@Nullable String conversation, long tokens) {
    return new LeaseRequest(ROUTE, stranger(1), Set.of(), conversation, tokens);
  }

  private static Caller other() {
    return stranger(2);
  }

  private static Caller stranger(long id) {
    return new Caller(user(id, false), null, null, false);
  }

  private static Caller caller(boolean sharedFirst) {
    return new Caller(user(7, sharedFirst), null, null, false);
  }

  private static User user(long id, boolean sharedFirst) {
    return new User(
        id,
        "u" + id,
        null,
        null,
        1,
        true,
        false,
        0,
        sharedFirst,
        false,
        false,
        new UUID(0, id),
        0,
        Instant.EPOCH,
        null);
  }
}
