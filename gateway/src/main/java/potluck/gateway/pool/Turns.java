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
final class Turns {
  private static final int MOST_CLOCKS = 100_000;

  private final List<Ticket> waiting = new ArrayList<>();
  private final Map<Long, Double> clocks = new HashMap<>();
  private double now;
  private long arrivals;

  /**
   * Somebody who waits.
   *
   * @param own whether one of the user's own accounts could serve: owners go first
   */
  record Ticket(long user, String model, boolean own, double clock, long arrival) {}

  int waiting() {
    return waiting.size();
  }

  long waiting(long user) {
    return waiting.stream().filter(ticket -> ticket.user() == user).count();
  }

  long waiting(String model) {
    return waiting.stream().filter(ticket -> ticket.model().equals(model)).count();
  }

  Ticket join(long user, String model, boolean own, double weight) {
    // Of several requests of one user each stands one turn further back.
    double behind = waiting(user) / weight;
    double clock = Math.max(now, clocks.getOrDefault(user, 0.0)) + behind;
    Ticket ticket = new Ticket(user, model, own, clock, arrivals++);
    waiting.add(ticket);
    return ticket;
  }

  void leave(Ticket ticket) {
    waiting.remove(ticket);
  }

  /** Whether nobody who waits for the model goes before this one. */
  boolean first(Ticket ticket) {
    return waiting.stream()
        .filter(other -> other.model().equals(ticket.model()))
        .min(
            Comparator.comparing((Ticket other) -> !other.own())
                .thenComparingDouble(Ticket::clock)
                .thenComparingLong(Ticket::arrival))
        .filter(ticket::equals)
        .isPresent();
  }

  /** Whether somebody waits for that model. */
  boolean anybodyFor(String model) {
    return !waiting.isEmpty() && waiting.stream().anyMatch(ticket -> ticket.model().equals(model));
  }

  /** A turn was taken by somebody who had to wait. */
  void taken(Ticket ticket, double weight) {
    leave(ticket);
    now = Math.max(now, ticket.clock());
    if (clocks.size() > MOST_CLOCKS) {
      clocks.clear();
    }
    clocks.put(ticket.user(), ticket.clock() + 1 / weight);
  }
}
