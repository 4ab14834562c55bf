package potluck.gateway.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientNetworkTest {
  @Test
  void clientNetworkIsTheFirst24BitsOfIpv4() {
    assertThat(ClientNetwork.isSame("203.0.113.7", "203.0.113.250")).isTrue();
    assertThat(ClientNetwork.isSame("203.0.113.7", "203.0.114.7")).isFalse();
  }

  @Test
  void clientNetworkIsTheFirst48BitsOfIpv6() {
    assertThat(ClientNetwork.isSame("2001:db8:1:2::1", "2001:db8:1:ffff::9")).isTrue();
    assertThat(ClientNetwork.isSame("2001:db8:1::1", "2001:db8:2::1")).isFalse();
  }
}
