package potluck.kit.fake;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reply of an endpoint: one complete response, or events. Immutable. */
public sealed interface FakeReply {
  /** A complete response; JSON unless a header says otherwise. */
  record Complete(int status, Map<String, String> headers, String body) implements FakeReply {
    public static Complete ok(Object json) {
      return new Complete(200, Map.of(), json.toString());
    }
  }

  /**
   * A stream.
   *
   * @param array whether the events form one JSON array (Gemini without {@code alt=sse})
   * @param error the event that reports an error in the middle of the stream
   */
  record Events(List<Event> events, boolean array, Event error) implements FakeReply {}

  /**
   * One event of a stream.
   *
   * @param name null for an event without a name
   */
  record Event(@Nullable String name, String data) {}
}
