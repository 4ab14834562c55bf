package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import potluck.dialect.model.Event;

/** Reads the answer of an upstream as events. One instance per answer, for one thread. */
public interface EventReader {
  /**
   * Reads a frame that contains only a piece of text, as most frames do, without building a tree.
   *
   * @return false if the frame contains anything else; nothing is emitted then
   */
  boolean readTextFrame(byte[] b, int from, int to, Consumer<Event> sink);

  /** Reads one frame of a stream. */
  void readFrame(JsonNode data, Consumer<Event> sink);

  /** Reads a complete, unstreamed answer. */
  void readComplete(JsonNode body, Consumer<Event> sink);

  /**
   * Signals the end of the stream. Emits {@link Event.End} if the answer was complete and the
   * dialect has no terminal event of its own.
   */
  void end(Consumer<Event> sink);
}
