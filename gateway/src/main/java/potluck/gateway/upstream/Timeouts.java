package potluck.gateway.upstream;

import java.time.Duration;

/**
 * Timeouts of one request; precise to half a second. All are positive.
 *
 * @param connect for look-up, connecting to all addresses and the TLS handshake together
 * @param firstByte from the last byte sent to the first byte of the response
 * @param idle between two arrivals of the response, while somebody waits for the next
 * @param total from the start to the end of the response
 */
public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
  public Timeouts {
    for (Duration timeout : new Duration[] {connect, firstByte, idle, total}) {
      if (!timeout.isPositive()) {
        throw new IllegalArgumentException("a timeout must be positive: " + timeout);
      }
    }
  }
}
