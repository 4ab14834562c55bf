package potluck.gateway.pool;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Limit;
import potluck.gateway.account.Account;
import potluck.gateway.account.Standing;
import potluck.gateway.key.Caller;
import potluck.gateway.provider.Provider;

/** An account in the pool, with what changes about it. Guarded by the pool's lock. */
final class Slot {
  private final Provider provider;
  private final Form form = new Form();
  private final Suspicion suspicion = new Suspicion();
  private Account account;
  private Standing standing;
  private Instant standingAt;
  private long usableAt;
  private long since;
  private boolean trial;
  private Window window = Window.UNKNOWN;
  private int running;
  private int elsewhere;
  private int sharers = 1;
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

  Form form() {
    return form;
  }

  Suspicion suspicion() {
    return suspicion;
  }

  Standing standing() {
    return standing;
  }

  Window window() {
    return window;
  }

  /** Requests under way, at other nodes too. */
  int running() {
    return running + elsewhere;
  }

  /** Requests under way at this node. */
  int here() {
    return running;
  }

  /**
   * @param others requests under way at other nodes
   * @param nodes that share what it bears, where they cannot hear each other; else 1
   */
  void elsewhere(int others, int nodes) {
    elsewhere = others;
    sharers = nodes;
  }

  /** When its standing last changed, in epoch milliseconds. */
  long since() {
    return since;
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
        stand(now.standing(), false, clock);
        if (now.standing() instanceof Standing.Ready) {
          form.forgiven();
          window = Window.UNKNOWN;
        }
      }
    }
  }

  /** The table has it now. */
  void kept(Instant at) {
    standingAt = at;
  }

  /**
   * @param onTrial whether it is tried with one request first, once it may be used again
   */
  void stand(Standing now, boolean onTrial, long clock) {
    standing = now;
    usableAt = usableAt(now);
    since = clock;
    trial = onTrial;
  }

  void limits(List<Limit> limits, long now) {
    window = Window.of(limits, now);
  }

  void take() {
    running++;
    turn += 1.0 / account.weight();
  }

  /** What was away does not make up for the turns it missed. */
  void catchUp(double others) {
    turn = Math.max(turn, others);
  }

  void giveBack() {
    running--;
  }

  /** How far its turns have come: of accounts that are equally good, the one furthest behind. */
  double turn() {
    return turn;
  }

  /** Whether this caller may be served by it at all: it is on, and it is shared or the caller's. */
  boolean opensFor(Caller caller) {
    return closedFor(caller) == null;
  }

  private @Nullable Obstacle closedFor(Caller caller) {
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
  @Nullable Obstacle obstacle(Want want, @Nullable String dialect, long now) {
    Obstacle closed = closedFor(want.caller());
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
    if (window.shut(now)) {
      return Obstacle.WINDOW;
    }
    if (trial && running > 0) {
      return Obstacle.TRIAL;
    }
    return full(account.owner() == want.user());
  }

  /** What is reserved for the owner is full for everybody else. */
  private @Nullable Obstacle full(boolean own) {
    int most = Math.ceilDiv(account.maxConcurrency(), sharers);
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
