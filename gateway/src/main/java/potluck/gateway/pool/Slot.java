package potluck.gateway.pool;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.RateLimit;
import potluck.gateway.account.Account;
import potluck.gateway.account.Standing;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Provider;

/** An account in the pool with its changing state. Guarded by the pool's lock. */
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
  private int remoteRunning;
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

  /** Running requests on all nodes. */
  int running() {
    return running + remoteRunning;
  }

  /** Running requests on this node. */
  int runningHere() {
    return running;
  }

  /**
   * @param remote requests running on other nodes
   * @param nodes number of nodes that split the limit because they cannot reach each other; else 1
   */
  void setRemoteRunning(int remote, int nodes) {
    remoteRunning = remote;
    sharingNodes = nodes;
  }

  /** When the standing last changed, in epoch milliseconds. */
  long standingSinceMs() {
    return standingSinceMs;
  }

  /** When it may be used again, in epoch milliseconds; in the past if it may be used now. */
  long usableAt() {
    return usableAt;
  }

  /**
   * Takes over what was read from the table. The standing is taken over only if another node or a
   * person has set it since, because the one in memory is newer otherwise.
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

  /** Records when the standing was saved. */
  void standingSaved(Instant at) {
    standingAt = at;
  }

  /**
   * @param onTrial whether only one request may use it first, once it is usable again
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

  /** Moves its turn forward to that of the others, so that time without use is not made up for. */
  void catchUp(double running) {
    turn = Math.max(turn, running);
  }

  void release() {
    running--;
  }

  /** Number of weighted turns taken; among equal accounts the one with the lowest value is next. */
  double turn() {
    return turn;
  }

  /** Whether this caller may use the account: it is enabled, and shared or the caller's own. */
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
   * @param dialect null if any will do
   * @return null if it can serve now
   */
  @Nullable Obstacle obstacle(LeaseRequest request, @Nullable String dialect, long now) {
    Obstacle closed = accessObstacle(request.caller());
    if (closed != null) {
      return closed;
    }
    if (dialect != null && !provider.dialect().name().equals(dialect)) {
      return Obstacle.DIALECT;
    }
    if (!request.tried().isEmpty() && request.tried().contains(account.id())) {
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
    return concurrencyObstacle(account.owner() == request.user());
  }

  /** The reserved part counts as full for everybody but the owner. */
  private @Nullable Obstacle concurrencyObstacle(boolean own) {
    int max = Math.ceilDiv(account.maxConcurrency(), sharingNodes);
    int all = running();
    if (max == 0 || all < max - (own ? 0 : (int) Math.ceil(max * account.reserve()))) {
      return null;
    }
    return all >= max ? Obstacle.FULL : Obstacle.RESERVED;
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
