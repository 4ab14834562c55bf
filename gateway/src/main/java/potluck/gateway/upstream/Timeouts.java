package potluck.gateway.upstream;

import java.time.Duration;

/**
 * How long each step of one request may take; kept to within half a second. All are positive.
 *
 * @param connect for name look-up, connecting and the TLS handshake together, to all addresses
 * @param firstByte from the last byte sent to the first byte of the answer
 * @param idle between two arrivals of the answer, while somebody waits for the next
 * @param total from the start to the end of the answer
 */
public record Timeouts(Duration connect, Duration firstByte, Duration idle, Duration total) {
  public Timeouts {
    for (Duration bound : new Duration[] {connect, firstByte, idle, total}) {
      if (!bound.isPositive())
        throw new IllegalArgumentException("a bound must be positive: " + bound);
    }
  }
}
