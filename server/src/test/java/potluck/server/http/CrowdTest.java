package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import potluck.gateway.key.Networks;
import potluck.server.http.Crowd.Answer;

class CrowdTest {
  private final Crowd crowd = new Crowd(new Sockets(100), 6, 2, Networks.of(List.of("10.0.0.0/8")));

  @Test
  void oneAddressHasItsShareOnly() {
    assertThat(crowd.enter("192.0.2.1")).isEqualTo(Answer.WELCOME);
    assertThat(crowd.enter("192.0.2.1")).isEqualTo(Answer.WELCOME);
    assertThat(crowd.enter("192.0.2.1")).isEqualTo(Answer.TOO_MANY_FROM_THERE);
    assertThat(crowd.enter("192.0.2.2")).isEqualTo(Answer.WELCOME);
    crowd.leave("192.0.2.1");
    assertThat(crowd.enter("192.0.2.1")).isEqualTo(Answer.WELCOME);
  }

  @Test
  void addressesOfOneSubscriberAreOne() {
    assertThat(crowd.enter("2001:db8:1:2::1")).isEqualTo(Answer.WELCOME);
    assertThat(crowd.enter("2001:db8:1:2:ffff::1")).isEqualTo(Answer.WELCOME);
    assertThat(crowd.enter("2001:db8:1:2:0:0:0:9")).isEqualTo(Answer.TOO_MANY_FROM_THERE);
    assertThat(crowd.enter("2001:db8:1:3::1")).isEqualTo(Answer.WELCOME);
  }

  @Test
  void proxiesAndThisMachineAreHeldToTheWholeOnly() {
    for (String address : List.of("10.1.2.3", "10.1.2.3", "10.1.2.3", "127.0.0.1", "127.0.0.1")) {
      assertThat(crowd.enter(address)).isEqualTo(Answer.WELCOME);
    }
    assertThat(crowd.enter("127.0.0.1")).isEqualTo(Answer.WELCOME);
    assertThat(crowd.enter("127.0.0.1")).isEqualTo(Answer.FULL);
  }

  @Test
  void whereFilesRunOutNobodyElseIsLetInEither() {
    Sockets sockets = new Sockets(1);
    Crowd few = new Crowd(sockets, 6, 2, Networks.of(List.of()));
    assertThat(few.enter("192.0.2.1")).isEqualTo(Answer.WELCOME);
    assertThat(few.enter("192.0.2.2")).isEqualTo(Answer.FULL);
    few.leave("192.0.2.1");
    assertThat(sockets.take()).isTrue();
    assertThat(few.enter("192.0.2.2")).isEqualTo(Answer.FULL);
  }
}
