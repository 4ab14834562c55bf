package potluck.gateway.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import potluck.dialect.model.Failure;
import potluck.dialect.model.Failure.Kind;
import potluck.gateway.account.Account;
import potluck.gateway.account.AccountId;
import potluck.gateway.account.AccountSource;
import potluck.gateway.account.Secret;
import potluck.gateway.account.Standing;
import potluck.gateway.account.Standing.Ready;
import potluck.gateway.account.Standing.Resting;
import potluck.gateway.account.Standing.Revoked;
import potluck.gateway.account.Standing.Spent;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.provider.Catalogue;
import potluck.gateway.provider.Verdict;
import potluck.gateway.upstream.Timeouts;
import potluck.kit.ManualClock;

/** How the standing of an account follows from the outcomes of requests and probes. */
class StandingsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MAX_REST = Duration.ofMinutes(15);
  private static final Duration REST = Duration.ofSeconds(5);
  private static final Verdict.Served SERVED = new Verdict.Served();

  private final ManualClock clock = new ManualClock();
  private final ReentrantLock lock = new ReentrantLock();
  private final AccountIndex index =
      new AccountIndex(Catalogue.shipped(new Timeouts(MINUTE, MINUTE, MINUTE, MINUTE)));
  private final RecordingSource source = new RecordingSource();
  private final BlockingQueue<AccountId> probed = new LinkedBlockingQueue<>();
  private volatile Verdict probeVerdict = new Verdict.Gone();
  private final Standings standings =
      new Standings(
          source,
          index,
          MAX_REST,
          (account, _) -> {
            probed.add(account.id());
            return probeVerdict;
          },
          lock,
          clock);
  private Slot slot;

  @BeforeEach
  void addAccount() {
    Account account = account();
    index.upsert(account, clock.millis());
    slot = Objects.requireNonNull(index.find(account.id()));
  }

  @AfterEach
  void close() {
    standings.close();
  }

  @Test
  void standingsDoubleTheCooldownWithEachFailureInARow() {
    for (int seconds : new int[] {5, 10, 20, 40}) {
      record(fault(), 1);
      assertThat(rest()).isEqualTo(Duration.ofSeconds(seconds));
      clock.advance(rest());
    }
  }

  @Test
  void standingsCapTheCooldown() {
    for (int i = 0; i < 12; i++) {
      record(fault(), i);
      assertThat(rest()).isLessThanOrEqualTo(MAX_REST);
      clock.advance(rest());
    }
    record(fault(), 1);
    assertThat(rest()).isEqualTo(MAX_REST);
  }

  @Test
  void standingsUseTheWaitThatTheProviderSays() {
    for (int i = 0; i < 3; i++) {
      record(limit(Duration.ofSeconds(7)), 1);
      assertThat(rest()).isEqualTo(Duration.ofSeconds(7));
      clock.advance(rest());
    }
  }

  @Test
  void standingsReturnToReadyAfterASuccess() {
    record(fault(), 1);
    clock.advance(REST);
    record(SERVED, 1);
    assertThat(slot.standing()).isInstanceOf(Ready.class);
    record(fault(), 1);
    // The success also ended the row of failures.
    assertThat(rest()).isEqualTo(REST);
  }

  @Test
  void standingsIgnoreAFailureFromBeforeTheLastChange() {
    long before = clock.millis();
    clock.advance(Duration.ofSeconds(1));
    record(fault(), 1);
    Standing first = slot.standing();
    standings.record(slot, fault(), 2, before);
    assertThat(slot.standing()).isEqualTo(first);
    assertThat(slot.health().consecutiveFailures()).isEqualTo(1);
  }

  @Test
  void standingsIgnoreASuccessFromBeforeTheLastChange() {
    long before = clock.millis();
    clock.advance(Duration.ofSeconds(1));
    record(fault(), 1);
    standings.record(slot, SERVED, 1, before);
    assertThat(slot.standing()).isInstanceOf(Resting.class);
  }

  @Test
  void standingsExtendTheCooldownByALaterLimitOfAnOlderRequest() {
    long before = clock.millis();
    clock.advance(Duration.ofSeconds(1));
    record(limit(Duration.ofSeconds(5)), 1);
    standings.record(slot, limit(Duration.ofSeconds(60)), 1, before);
    assertThat(rest()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void standingsDoNotChangeForTheFaultOfACallerOrACallerWhoLeft() {
    record(new Verdict.CallerFault(Failure.of(Kind.INVALID, "x")), 1);
    record(new Verdict.Gone(), 1);
    assertThat(slot.standing()).isInstanceOf(Ready.class);
    assertThat(slot.health().consecutiveFailures()).isZero();
  }

  @Test
  void standingsTryAFailedAccountWithOneRequestFirst() {
    record(fault(), 1);
    clock.advance(rest());
    slot.take();
    assertThat(slot.standing().isUsable(clock.instant())).isTrue();
    assertThat(slot.obstacle(PoolFixtures.request(1), null, clock.millis()))
        .isEqualTo(Obstacle.TRIAL);
  }

  @Test
  void standingsKeepASpentQuotaUntilItsEnd() {
    Instant until = clock.instant().plus(Duration.ofHours(1));
    record(
        new Verdict.TryAnother(Failure.of(Kind.QUOTA_EXHAUSTED, "x"), new Spent(until, "spent")),
        1);
    assertThat(slot.usableAt()).isEqualTo(until.toEpochMilli());
  }

  @Test
  void standingsRevokeAnAccountIfTheProbeIsRefusedToo() throws InterruptedException {
    probeVerdict = credential();
    record(credential(), 1);
    awaitProbe();
    assertThat(slot.standing()).isInstanceOf(Revoked.class);
  }

  @Test
  void standingsSuspectTheUserIfTheProbeSucceeds() throws InterruptedException {
    probeVerdict = SERVED;
    record(credential(), 1);
    awaitProbe();
    assertThat(slot.standing()).isInstanceOf(Ready.class);
    record(fault(), 1);
    assertThat(slot.standing()).isInstanceOf(Ready.class);
    record(fault(), 2);
    assertThat(slot.standing()).isInstanceOf(Resting.class);
  }

  @Test
  void standingsSuspectAUserForAMinuteOnly() throws InterruptedException {
    probeVerdict = SERVED;
    record(credential(), 1);
    awaitProbe();
    clock.advance(Duration.ofSeconds(60));
    record(fault(), 1);
    assertThat(slot.standing()).isInstanceOf(Resting.class);
  }

  @Test
  void standingsProbeAfterRepeatedFaultsOfOneUser() throws InterruptedException {
    record(fault(), 1);
    assertThat(probed).isEmpty();
    clock.advance(rest());
    record(fault(), 1);
    assertThat(probed.poll(10, TimeUnit.SECONDS)).isEqualTo(slot.account().id());
  }

  @Test
  void standingsDoNotProbeIfSeveralUsersFail() throws InterruptedException {
    record(fault(), 1);
    clock.advance(rest());
    record(fault(), 2);
    clock.advance(rest());
    record(fault(), 2);
    assertThat(probed.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }

  @Test
  void standingsAreSavedAndCounted() throws InterruptedException {
    standings.start();
    record(fault(), 1);
    assertThat(source.saved.poll(10, TimeUnit.SECONDS)).isInstanceOf(Resting.class);
    assertThat(standings.restCount()).isEqualTo(1);
  }

  private void record(Verdict verdict, long user) {
    lock.lock();
    try {
      standings.record(slot, verdict, user, clock.millis());
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a probe, and for what it changes under the lock. */
  private void awaitProbe() throws InterruptedException {
    assertThat(probed.poll(10, TimeUnit.SECONDS)).isNotNull();
    long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    boolean ended = false;
    while (!ended && System.nanoTime() < end) {
      lock.lock();
      try {
        ended = slot.suspicion().beginProbe();
        if (ended) {
          slot.suspicion().endProbe();
        }
      } finally {
        lock.unlock();
      }
      Thread.onSpinWait();
    }
    assertThat(ended).isTrue();
  }

  private Duration rest() {
    return Duration.ofMillis(slot.usableAt() - clock.millis());
  }

  private Verdict.TryAnother fault() {
    return new Verdict.TryAnother(
        Failure.of(Kind.UPSTREAM, "x"), new Resting(clock.instant().plus(REST), "failed"));
  }

  private Verdict.TryAnother limit(Duration wait) {
    return new Verdict.TryAnother(
        Failure.of(Kind.RATE_LIMITED, "x").retryAfter(wait),
        new Resting(clock.instant().plus(wait), "limit"));
  }

  private Verdict.TryAnother credential() {
    return new Verdict.TryAnother(
        Failure.of(Kind.UPSTREAM, "x").upstreamStatus(401),
        new Resting(clock.instant().plus(MINUTE), "credential"));
  }

  private static Account account() {
    return new Account(
        AccountId.random(),
        99,
        "openai-compatible",
        "a",
        "http://127.0.0.1:1",
        new Secret("s"),
        List.of("m"),
        Map.of(),
        Set.of(),
        true,
        true,
        0,
        1,
        0,
        0,
        Standing.ready(),
        Instant.EPOCH,
        null,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static final class RecordingSource implements AccountSource {
    private final BlockingQueue<Standing> saved = new LinkedBlockingQueue<>();

    @Override
    public List<Account> all() {
      return List.of();
    }

    @Override
    public Optional<Account> find(AccountId id) {
      return Optional.empty();
    }

    @Override
    public Optional<Instant> saveStanding(AccountId id, Standing standing) {
      saved.add(standing);
      return Optional.of(Instant.EPOCH);
    }
  }
}
