package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionTimeoutsTest {
  private static final ServerLimits.ConnectionLimits LIMITS =
      new ServerLimits.ConnectionLimits(
          100,
          100,
          100,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          30 << 10,
          Duration.ofSeconds(300));

  private final ConnectionTimeouts timeouts = new ConnectionTimeouts(LIMITS);

  @Test
  void headIsOverdueAfterItsTimeout() {
    timeouts.bytesArrived(1);
    assertThat(timeouts.isOverdue(in(9))).isFalse();
    timeouts.bytesArrived(1);
    assertThat(timeouts.isOverdue(in(11))).isTrue();
  }

  @Test
  void idleConnectionIsOverdueAfterItsTimeout() {
    assertThat(timeouts.isOverdue(in(299))).isFalse();
    assertThat(timeouts.isOverdue(in(301))).isTrue();
    timeouts.bytesArrived(1);
    timeouts.beginBody();
    timeouts.beginResponse();
    timeouts.beginIdle();
    assertThat(timeouts.isOverdue(in(299))).isFalse();
    assertThat(timeouts.isOverdue(in(301))).isTrue();
  }

  @Test
  void slowBodyIsOverdue() {
    timeouts.beginBody();
    timeouts.bytesArrived(100);
    assertThat(timeouts.isOverdue(in(31))).isTrue();
    timeouts.beginBody();
    timeouts.bytesArrived(40_000);
    assertThat(timeouts.isOverdue(in(31))).isFalse();
    assertThat(timeouts.isOverdue(in(62))).isTrue();
  }

  @Test
  void stalledWriteIsOverdueButAPendingAnswerIsNot() {
    timeouts.beginResponse();
    assertThat(timeouts.isOverdue(in(3600))).isFalse();
    timeouts.writing();
    assertThat(timeouts.isOverdue(in(29))).isFalse();
    assertThat(timeouts.isOverdue(in(31))).isTrue();
    timeouts.written();
    assertThat(timeouts.isOverdue(in(3600))).isFalse();
  }

  @Test
  void rejectedConnectionHasOneSecond() {
    timeouts.rejecting();
    assertThat(timeouts.isOverdue(in(0))).isFalse();
    timeouts.bytesArrived(1);
    assertThat(timeouts.isOverdue(in(3))).isTrue();
  }

  private static long in(long seconds) {
    return System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }
}
