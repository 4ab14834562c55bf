package potluck.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClientNetworkTest {
  @Test
  void clientNetworkIsTheFirst24BitsOfIpv4() {
    assertTrue(ClientNetwork.isSame("203.0.113.7", "203.0.113.250"));
    assertFalse(ClientNetwork.isSame("203.0.113.7", "203.0.114.7"));
  }

  @Test
  void clientNetworkIsTheFirst48BitsOfIpv6() {
    assertTrue(ClientNetwork.isSame("2001:db8:1:2::1", "2001:db8:1:ffff::9"));
    assertFalse(ClientNetwork.isSame("2001:db8:1::1", "2001:db8:2::1"));
  }
}
