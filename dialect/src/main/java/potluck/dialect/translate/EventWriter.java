package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import potluck.dialect.model.Event;

/** Writes events as an answer of the client's dialect. One per answer, used by one thread. */
public interface EventWriter {
  /** Writes one event into a stream. */
  void write(Event event, Frames out);

  /** A whole answer. */
  JsonNode whole(Answer answer);
}
