package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Event;

/** Writes events as an answer in the client's dialect. One instance per answer, for one thread. */
public interface EventWriter {
  /** Writes one event to a stream. */
  void write(Event event, FrameWriter out);

  /** See {@link potluck.dialect.Passage#keepAlive()}. */
  default byte @Nullable [] keepAlive() {
    return null;
  }

  /** Writes a complete, unstreamed answer. */
  JsonNode writeComplete(AssembledAnswer answer);
}
