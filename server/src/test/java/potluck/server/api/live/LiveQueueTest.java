package potluck.server.api.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import potluck.gateway.identity.User;

/**
 * A page that reads slowly loses events, and gets an event that says so; the rate is that of the
 * last seconds.
 */
class LiveQueueTest {
  private static final Instant NOW = Instant.parse("2026-11-30T14:00:00Z");

  private final LiveQueue queue = new LiveQueue(user());

  @Test
  void queueDropsWhatItCannotHoldAndSaysSo() throws InterruptedException {
    for (int i = 0; i < LiveQueue.CAPACITY + 5; i++) {
      queue.offer(new LiveEvent.Rate(i, 0));
    }
    List<LiveEvent> events = queue.take(0, NOW);
    assertThat(events).hasSize(LiveQueue.CAPACITY + 1);
    assertThat(events.getFirst()).isEqualTo(new LiveEvent.Rate(0, 0));
    assertThat(events.getLast()).isEqualTo(new LiveEvent.Missed("2026-11-30T14:00:00Z"));
    queue.offer(new LiveEvent.Rate(7, 0));
    assertThat(queue.take(0, NOW)).containsExactly(new LiveEvent.Rate(7, 0));
  }

  @Test
  void queueAveragesTokensOverTenSeconds() {
    queue.activity(40, NOW);
    queue.activity(60, NOW.plusSeconds(4));
    assertThat(queue.tokensPerSecond(NOW.plusSeconds(9))).isEqualTo(10);
    assertThat(queue.tokensPerSecond(NOW.plusSeconds(10))).isEqualTo(6);
    assertThat(queue.tokensPerSecond(NOW.plus(Duration.ofHours(1)))).isZero();
  }

  private static User user() {
    return new User(
        7, "ann", null, null, 1, true, false, 0, false, false, false, new UUID(0, 7), 0, NOW, null);
  }
}
