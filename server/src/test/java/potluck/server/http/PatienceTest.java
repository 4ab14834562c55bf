package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final Fence FENCE =
      new Fence(
          100,
          100,
          100,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          30 << 10,
          Duration.ofSeconds(300),
          8192,
          8192,
          100,
          0,
          0,
          8,
          0);

  private final Patience patience = new Patience(FENCE);

  @Test
  void aHeadThatDoesNotEndIsOverdueAfterTenSeconds() {
    patience.arrived(1);
    assertThat(patience.overdue(in(9))).isFalse();
    patience.arrived(1);
    assertThat(patience.overdue(in(11))).isTrue();
  }

  @Test
  void aConnectionMayRestBetweenRequestsForAWhile() {
    assertThat(patience.overdue(in(299))).isFalse();
    assertThat(patience.overdue(in(301))).isTrue();
    patience.arrived(1);
    patience.body();
    patience.answer();
    patience.idle();
    assertThat(patience.overdue(in(299))).isFalse();
    assertThat(patience.overdue(in(301))).isTrue();
  }

  @Test
  void aBodyThatCrawlsIsOverdueAndOneThatFlowsIsNot() {
    patience.body();
    patience.arrived(100);
    assertThat(patience.overdue(in(31))).isTrue();
    patience.body();
    patience.arrived(40_000);
    assertThat(patience.overdue(in(31))).isFalse();
    assertThat(patience.overdue(in(62))).isTrue();
  }

  @Test
  void anAnswerThatIsAwaitedMayTakeItsTimeButAWriteMayNot() {
    patience.answer();
    assertThat(patience.overdue(in(3600))).isFalse();
    patience.writing();
    assertThat(patience.overdue(in(29))).isFalse();
    assertThat(patience.overdue(in(31))).isTrue();
    patience.written();
    assertThat(patience.overdue(in(3600))).isFalse();
  }

  @Test
  void whoIsSentAwayHasASecondWhateverItDoes() {
    patience.farewell();
    assertThat(patience.overdue(in(0))).isFalse();
    patience.arrived(1);
    assertThat(patience.overdue(in(3))).isTrue();
  }

  private static long in(long seconds) {
    return System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }
}
