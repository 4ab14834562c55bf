package potluck.kit.fake;

import java.time.Duration;
import java.util.Map;

/** A fault of one answer. Immutable. */
public sealed interface Fault {
  /** No fault. */
  record None() implements Fault {}

  /**
   * Answers with an error instead, such as 429 with Retry-After.
   *
   * @param body empty for the provider's own error form
   */
  record Status(int status, Map<String, String> headers, String body) implements Fault {}

  /** Sends nothing more until the client closes the connection. */
  record Stall(StallPoint point) implements Fault {}

  /** Where a stall begins. */
  enum StallPoint {
    BEFORE_HEADERS,
    AFTER_HEADERS,
    MID_STREAM,
    /** All events but the last have been sent. */
    BEFORE_LAST_EVENT
  }

  /** Closes the connection after a number of bytes of the body, without counting framing. */
  record Cut(int bytes) implements Fault {}

  /** Waits before each event. */
  record EventDelay(Duration pause) implements Fault {}

  /** Sends an error in the dialect's form after a number of events; then the stream ends. */
  record InBand(int events) implements Fault {}

  Fault NONE = new None();

  /** An error status with the provider's own error form. */
  static Fault status(int status) {
    return new Status(status, Map.of(), "");
  }

  /**
   * A 429 with Retry-After.
   *
   * @param seconds value of Retry-After
   */
  static Fault rateLimited(int seconds) {
    return new Status(429, Map.of("retry-after", Integer.toString(seconds)), "");
  }

  /** An HTML error page, as a load balancer without a backend sends it. */
  static Fault html(int status) {
    return new Status(
        status,
        Map.of("content-type", "text/html"),
        "<html><head><title>" + status + "</title></head><body>Service Unavailable</body></html>");
  }
}
