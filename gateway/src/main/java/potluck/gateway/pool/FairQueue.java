package potluck.gateway.pool;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Weighted fair queueing of requests that wait for an account. Each user has a virtual time that
 * advances by one over the user's weight with each turn, and the request with the lowest virtual
 * time is next. So turns are shared by weight, however many requests a user sends, and users who do
 * not wait save up no turns. Guarded by the pool's lock.
 */
final class FairQueue {
  private static final int MAX_TRACKED_USERS = 100_000;

  private final List<Ticket> waiting = new ArrayList<>();

  /** The next virtual time of each user, for users who have taken a turn. */
  private final Cache<Long, Double> virtualTimes =
      Caffeine.newBuilder().maximumSize(MAX_TRACKED_USERS).build();

  private double virtualTime;
  private long nextSequence;

  /**
   * A waiting request.
   *
   * @param ownsAccount whether one of the user's own accounts could serve; owners are served first
   */
  record Ticket(long user, String model, boolean ownsAccount, double virtualTime, long sequence) {}

  int waiting() {
    return waiting.size();
  }

  long waiting(long user) {
    return waiting.stream().filter(ticket -> ticket.user() == user).count();
  }

  long waiting(String model) {
    return waiting.stream().filter(ticket -> ticket.model().equals(model)).count();
  }

  Ticket enqueue(long user, String model, boolean ownsAccount, double weight) {
    // Each further request of one user is placed one turn later.
    double behind = waiting(user) / weight;
    @Nullable Double ownTime = virtualTimes.getIfPresent(user);
    double start = ownTime == null ? virtualTime : Math.max(virtualTime, ownTime);
    Ticket ticket = new Ticket(user, model, ownsAccount, start + behind, nextSequence++);
    waiting.add(ticket);
    return ticket;
  }

  void remove(Ticket ticket) {
    waiting.remove(ticket);
  }

  /** Whether this request is the next for its model. */
  boolean isNext(Ticket ticket) {
    return waiting.stream()
        .filter(other -> other.model().equals(ticket.model()))
        .min(
            Comparator.comparing((Ticket other) -> !other.ownsAccount())
                .thenComparingDouble(Ticket::virtualTime)
                .thenComparingLong(Ticket::sequence))
        .filter(ticket::equals)
        .isPresent();
  }

  /** Whether a request waits for this model. */
  boolean hasWaiting(String model) {
    return !waiting.isEmpty() && waiting.stream().anyMatch(ticket -> ticket.model().equals(model));
  }

  /** Records that a waiting request took its turn. */
  void served(Ticket ticket, double weight) {
    remove(ticket);
    virtualTime = Math.max(virtualTime, ticket.virtualTime());
    virtualTimes.put(ticket.user(), ticket.virtualTime() + 1 / weight);
  }
}
