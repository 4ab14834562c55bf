package potluck.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import potluck.gateway.key.CidrRanges;
import potluck.server.http.ConnectionCounts.Admission;

class ConnectionCountsTest {
  private final ConnectionCounts counts =
      new ConnectionCounts(new SocketBudget(100), 6, 2, CidrRanges.of(List.of("10.0.0.0/8")));

  @Test
  void addressIsLimited() {
    assertThat(counts.tryAcquire("192.0.2.1")).isEqualTo(Admission.ADMITTED);
    assertThat(counts.tryAcquire("192.0.2.1")).isEqualTo(Admission.ADMITTED);
    assertThat(counts.tryAcquire("192.0.2.1")).isEqualTo(Admission.TOO_MANY_FROM_ADDRESS);
    assertThat(counts.tryAcquire("192.0.2.2")).isEqualTo(Admission.ADMITTED);
    counts.release("192.0.2.1");
    assertThat(counts.tryAcquire("192.0.2.1")).isEqualTo(Admission.ADMITTED);
  }

  @Test
  void ipv6PrefixCountsAsOneAddress() {
    assertThat(counts.tryAcquire("2001:db8:1:2::1")).isEqualTo(Admission.ADMITTED);
    assertThat(counts.tryAcquire("2001:db8:1:2:ffff::1")).isEqualTo(Admission.ADMITTED);
    assertThat(counts.tryAcquire("2001:db8:1:2:0:0:0:9"))
        .isEqualTo(Admission.TOO_MANY_FROM_ADDRESS);
    assertThat(counts.tryAcquire("2001:db8:1:3::1")).isEqualTo(Admission.ADMITTED);
  }

  @Test
  void proxiesAndLoopbackHaveNoAddressLimit() {
    for (String address : List.of("10.1.2.3", "10.1.2.3", "10.1.2.3", "127.0.0.1", "127.0.0.1")) {
      assertThat(counts.tryAcquire(address)).isEqualTo(Admission.ADMITTED);
    }
    assertThat(counts.tryAcquire("127.0.0.1")).isEqualTo(Admission.ADMITTED);
    assertThat(counts.tryAcquire("127.0.0.1")).isEqualTo(Admission.FULL);
  }

  @Test
  void usedUpSocketBudgetRefuses() {
    SocketBudget sockets = new SocketBudget(1);
    ConnectionCounts few = new ConnectionCounts(sockets, 6, 2, CidrRanges.of(List.of()));
    assertThat(few.tryAcquire("192.0.2.1")).isEqualTo(Admission.ADMITTED);
    assertThat(few.tryAcquire("192.0.2.2")).isEqualTo(Admission.FULL);
    few.release("192.0.2.1");
    assertThat(sockets.tryAcquire()).isTrue();
    assertThat(few.tryAcquire("192.0.2.2")).isEqualTo(Admission.FULL);
  }
}
