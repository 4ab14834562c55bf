package potluck.kit.fake;

import java.time.Duration;
import java.util.Map;

/** What goes wrong with an answer. Immutable. */
public sealed interface Fault {
  /** Nothing. */
  record None() implements Fault {}

  /** Another answer instead, such as 429 with retry-after. */
  record Status(int status, Map<String, String> headers, String body) implements Fault {}

  /** Silence until the client goes away. */
  record Stall(StallPoint where) implements Fault {}

  /** Where silence begins. */
  enum StallPoint {
    BEFORE_HEADERS,
    AFTER_HEADERS,
    MID_STREAM,
    /** Everything has been said but the last event. */
    BEFORE_LAST_EVENT
  }

  /** The connection closes after that many bytes of the body, framing not counted. */
  record Cut(int bytes) implements Fault {}

  /** A pause before each event. */
  record EventDelay(Duration pause) implements Fault {}

  /** An error in the dialect's own form after that many events of a stream, which then ends. */
  record InBand(int events) implements Fault {}

  Fault NONE = new None();

  /** An error in the dialect's own form: the body is made by its door. */
  static Fault status(int status) {
    return new Status(status, Map.of(), "");
  }

  static Fault rateLimited(int seconds) {
    return new Status(429, Map.of("retry-after", Integer.toString(seconds)), "");
  }

  /** What a load balancer says when nobody is behind it. */
  static Fault html(int status) {
    return new Status(
        status,
        Map.of("content-type", "text/html"),
        "<html><head><title>" + status + "</title></head><body>Service Unavailable</body></html>");
  }
}
