package potluck.gateway.pool;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whose turn it is where more want an account than there are places. Each user's clock goes on by
 * one over the user's weight with each turn, and the clock that is furthest behind goes first: in
 * the long run turns are shared by weight, whoever asks how often. Nobody saves up turns by not
 * asking. Guarded by the pool's lock.
 */
final class FairQueue {
  private static final int MAX_TRACKED_USERS = 100_000;

  private final List<Ticket> waiting = new ArrayList<>();
  private final Map<Long, Double> virtualTimes = new HashMap<>();
  private double virtualTime;
  private long nextSequence;

  /**
   * Somebody who waits.
   *
   * @param ownsAccount whether one of the user's own accounts could serve: owners go first
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

  Ticket enqueue(long user, String model, boolean own, double weight) {
    // Of several requests of one user each stands one turn further back.
    double behind = waiting(user) / weight;
    double clock = Math.max(virtualTime, virtualTimes.getOrDefault(user, 0.0)) + behind;
    Ticket ticket = new Ticket(user, model, own, clock, nextSequence++);
    waiting.add(ticket);
    return ticket;
  }

  void remove(Ticket ticket) {
    waiting.remove(ticket);
  }

  /** Whether nobody who waits for the model goes before this one. */
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

  /** Whether somebody waits for that model. */
  boolean hasWaiting(String model) {
    return !waiting.isEmpty() && waiting.stream().anyMatch(ticket -> ticket.model().equals(model));
  }

  /** A turn was taken by somebody who had to wait. */
  void served(Ticket ticket, double weight) {
    remove(ticket);
    virtualTime = Math.max(virtualTime, ticket.virtualTime());
    if (virtualTimes.size() > MAX_TRACKED_USERS) {
      virtualTimes.clear();
    }
    virtualTimes.put(ticket.user(), ticket.virtualTime() + 1 / weight);
  }
}
