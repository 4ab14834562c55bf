package potluck.kit.fake;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a door gives back: one piece, or events. Immutable. */
public sealed interface FakeReply {
  /** In one piece; JSON unless a header says otherwise. */
  record Complete(int status, Map<String, String> headers, String body) implements FakeReply {
    public static Complete ok(Object json) {
      return new Complete(200, Map.of(), json.toString());
    }
  }

  /**
   * @param array whether the events travel as one JSON array (Gemini without {@code alt=sse})
   * @param error the event that would tell of an error in mid-stream
   */
  record Events(List<Event> events, boolean array, Event error) implements FakeReply {}

  /**
   * One event of a stream.
   *
   * @param name null for an event without a name
   */
  record Event(@Nullable String name, String data) {}
}
