package potluck.gateway.pool;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.RateLimit;
import potluck.gateway.account.Account;
import potluck.gateway.account.Standing;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Provider;

/** An account in the pool, with what changes about it. Guarded by the pool's lock. */
final class Slot {
  private final Provider provider;
  private final HealthStats health = new HealthStats();
  private final Suspicion suspicion = new Suspicion();
  private Account account;
  private Standing standing;
  private Instant standingAt;
  private long usableAt;
  private long standingSinceMs;
  private boolean trial;
  private RateHeadroom headroom = RateHeadroom.UNKNOWN;
  private int running;
  private int setRemoteRunning;
  private int sharingNodes = 1;
  private double turn;

  Slot(Account account, Provider provider) {
    this.account = account;
    this.provider = provider;
    this.standing = account.standing();
    this.standingAt = account.standingAt();
    this.usableAt = usableAt(standing);
  }

  Account account() {
    return account;
  }

  Provider provider() {
    return provider;
  }

  HealthStats health() {
    return health;
  }

  Suspicion suspicion() {
    return suspicion;
  }

  Standing standing() {
    return standing;
  }

  RateHeadroom headroom() {
    return headroom;
  }

  /** Requests under way, at other nodes too. */
  int running() {
    return running + setRemoteRunning;
  }

  /** Requests under way at this node. */
  int runningHere() {
    return running;
  }

  /**
   * @param others requests under way at other nodes
   * @param nodes that share what it bears, where they cannot hear each other; else 1
   */
  void setRemoteRunning(int others, int nodes) {
    setRemoteRunning = others;
    sharingNodes = nodes;
  }

  /** When its standing last changed, in epoch milliseconds. */
  long standingSinceMs() {
    return standingSinceMs;
  }

  /** When it may be used again, in epoch milliseconds; in the past where it may now. */
  long usableAt() {
    return usableAt;
  }

  /**
   * Takes what the table says now, but for the standing, which is known better here, unless another
   * node or a person has set it since.
   */
  void update(Account now, long clock) {
    account = now;
    if (now.standingAt().isAfter(standingAt)) {
      standingAt = now.standingAt();
      if (!now.standing().equals(standing)) {
        setStanding(now.standing(), false, clock);
        if (now.standing() instanceof Standing.Ready) {
          health.reset();
          headroom = RateHeadroom.UNKNOWN;
        }
      }
    }
  }

  /** The table has it now. */
  void standingSaved(Instant at) {
    standingAt = at;
  }

  /**
   * @param onTrial whether it is tried with one request first, once it may be used again
   */
  void setStanding(Standing now, boolean onTrial, long clock) {
    standing = now;
    usableAt = usableAt(now);
    standingSinceMs = clock;
    trial = onTrial;
  }

  void setLimits(List<RateLimit> limits, long now) {
    headroom = RateHeadroom.of(limits, now);
  }

  void take() {
    running++;
    turn += 1.0 / account.weight();
  }

  /** What was away does not make up for the turns it missed. */
  void catchUp(double others) {
    turn = Math.max(turn, others);
  }

  void release() {
    running--;
  }

  /** How far its turns have come: of accounts that are equally good, the one furthest behind. */
  double turn() {
    return turn;
  }

  /** Whether this caller may be served by it at all: it is on, and it is shared or the caller's. */
  boolean isOpenTo(Caller caller) {
    return accessObstacle(caller) == null;
  }

  private @Nullable Obstacle accessObstacle(Caller caller) {
    boolean own = account.owner() == caller.user().id();
    if (!account.enabled()) {
      return Obstacle.OFF;
    }
    if (!own && !account.shared()) {
      return Obstacle.FOREIGN;
    }
    return caller.onlyDedicated() && (!own || account.shared()) ? Obstacle.NOT_DEDICATED : null;
  }

  /**
   * @param dialect null where any will do
   * @return null where it can serve now
   */
  @Nullable Obstacle obstacle(LeaseRequest want, @Nullable String dialect, long now) {
    Obstacle closed = accessObstacle(want.caller());
    if (closed != null) {
      return closed;
    }
    if (dialect != null && !provider.dialect().name().equals(dialect)) {
      return Obstacle.DIALECT;
    }
    if (!want.tried().isEmpty() && want.tried().contains(account.id())) {
      return Obstacle.TRIED;
    }
    if (now < usableAt) {
      return switch (standing) {
        case Standing.Revoked _ -> Obstacle.REVOKED;
        case Standing.Spent _ -> Obstacle.SPENT;
        default -> Obstacle.RESTING;
      };
    }
    if (headroom.isExhausted(now)) {
      return Obstacle.WINDOW;
    }
    if (trial && running > 0) {
      return Obstacle.TRIAL;
    }
    return concurrencyObstacle(account.owner() == want.user());
  }

  /** What is reserved for the owner is full for everybody else. */
  private @Nullable Obstacle concurrencyObstacle(boolean own) {
    int most = Math.ceilDiv(account.maxConcurrency(), sharingNodes);
    int all = running();
    if (most == 0 || all < most - (own ? 0 : (int) Math.ceil(most * account.reserve()))) {
      return null;
    }
    return all >= most ? Obstacle.FULL : Obstacle.RESERVED;
  }

  private static long usableAt(Standing standing) {
    return switch (standing) {
      case Standing.Ready _ -> 0;
      case Standing.Resting resting -> resting.until().toEpochMilli();
      case Standing.Spent spent -> spent.until().toEpochMilli();
      case Standing.Revoked _ -> Long.MAX_VALUE;
    };
  }
}
