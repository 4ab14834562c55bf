package potluck.gateway.identity;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class NetworkTest {
  @Test
  void anIpv4NetworkIsItsFirstThreeNumbers() {
    assertTrue(Network.same("203.0.113.7", "203.0.113.250"));
    assertFalse(Network.same("203.0.113.7", "203.0.114.7"));
  }

  @Test
  void anIpv6NetworkIsItsFirstThreeGroups() {
    assertTrue(Network.same("2001:db8:1:2::1", "2001:db8:1:ffff::9"));
    assertFalse(Network.same("2001:db8:1::1", "2001:db8:2::1"));
  }
}
