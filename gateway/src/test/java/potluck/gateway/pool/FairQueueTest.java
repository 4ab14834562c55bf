package potluck.gateway.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Whose request is next when accounts are busy. */
class FairQueueTest {
  private static final String MODEL = "m";

  private final FairQueue queue = new FairQueue();
  private final List<FairQueue.Ticket> waiting = new ArrayList<>();

  @Test
  void fairQueueServesEqualUsersInTheOrderOfTheirRequests() {
    FairQueue.Ticket first = enqueue(1, 1);
    FairQueue.Ticket second = enqueue(2, 1);
    assertThat(queue.isNext(first)).isTrue();
    assertThat(queue.isNext(second)).isFalse();
    serve(first, 1);
    assertThat(queue.isNext(second)).isTrue();
  }

  @Test
  void fairQueueSharesTurnsByWeight() {
    Map<Long, Integer> served = new HashMap<>();
    Map<Long, Double> weights = Map.of(1L, 1.0, 2L, 3.0);
    weights.forEach((user, weight) -> enqueue(user, weight));
    for (int i = 0; i < 400; i++) {
      FairQueue.Ticket next = next();
      double weight = Objects.requireNonNull(weights.get(next.user()));
      serve(next, weight);
      served.merge(next.user(), 1, Integer::sum);
      enqueue(next.user(), weight);
    }
    assertThat(served.get(1L)).isBetween(99, 101);
    assertThat(served.get(2L)).isBetween(299, 301);
  }

  @Test
  void fairQueueGivesNoExtraTurnsForMoreRequests() {
    for (int i = 0; i < 100; i++) {
      enqueue(1, 1);
    }
    FairQueue.Ticket single = enqueue(2, 1);
    serve(next(), 1);
    assertThat(next()).isEqualTo(single);
  }

  @Test
  void fairQueueServesOwnersFirst() {
    enqueue(1, 1);
    FairQueue.Ticket owner = queue.enqueue(2, MODEL, true, 1);
    assertThat(queue.isNext(owner)).isTrue();
  }

  @Test
  void fairQueueLetsNobodySaveUpTurns() {
    serve(enqueue(2, 1), 1);
    for (int i = 0; i < 50; i++) {
      serve(enqueue(1, 1), 1);
    }
    // User 2 did not wait meanwhile; of four requests of each, both get every other turn.
    for (int i = 0; i < 4; i++) {
      enqueue(1, 1);
      enqueue(2, 1);
    }
    List<Long> order = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      FairQueue.Ticket next = next();
      order.add(next.user());
      serve(next, 1);
    }
    assertThat(order.subList(0, 4)).contains(1L, 2L);
    assertThat(order).containsOnly(1L, 2L);
  }

  @Test
  void fairQueueKeepsModelsApart() {
    enqueue(1, 1);
    FairQueue.Ticket other = queue.enqueue(2, "other", false, 1);
    assertThat(queue.isNext(other)).isTrue();
    assertThat(queue.hasWaiting("third")).isFalse();
    assertThat(queue.waiting("other")).isEqualTo(1);
    assertThat(queue.waiting(2)).isEqualTo(1);
    assertThat(queue.waiting()).isEqualTo(2);
  }

  @Test
  void fairQueueForgetsARequestThatGivesUp() {
    FairQueue.Ticket first = enqueue(1, 1);
    FairQueue.Ticket second = enqueue(2, 1);
    queue.remove(first);
    assertThat(queue.isNext(second)).isTrue();
    assertThat(queue.waiting()).isEqualTo(1);
  }

  private FairQueue.Ticket enqueue(long user, double weight) {
    FairQueue.Ticket ticket = queue.enqueue(user, MODEL, false, weight);
    waiting.add(ticket);
    return ticket;
  }

  private void serve(FairQueue.Ticket ticket, double weight) {
    waiting.remove(ticket);
    queue.served(ticket, weight);
  }

  private FairQueue.Ticket next() {
    return waiting.stream().filter(queue::isNext).findFirst().orElseThrow();
  }
}
