package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import potluck.dialect.model.Event;

/** Reads an upstream's answer into events. One per answer, used by one thread. */
public interface EventReader {
  /** A frame of a stream. */
  void frame(JsonNode data, Consumer<Event> sink);

  /** A whole answer. */
  void whole(JsonNode body, Consumer<Event> sink);

  /** The stream has ended, or said that it is done: the end follows if the answer was whole. */
  void end(Consumer<Event> sink);
}
