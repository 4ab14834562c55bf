package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;

/** Writes events as an answer of the client's dialect. One per answer, used by one thread. */
public interface EventWriter {
  /** Writes one event into a stream. */
  void write(Event event, FrameWriter out);

  /** See {@link potluck.dialect.Passage#keepAlive()}. */
  default byte @Nullable [] keepAlive() {
    return null;
  }

  /** A whole answer. */
  JsonNode writeComplete(AssembledAnswer answer);
}
