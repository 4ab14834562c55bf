package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Consumer;
import potluck.dialect.model.Event;

/** Reads an upstream's answer into events. One per answer, used by one thread. */
public interface EventReader {
  /**
   * Reads a frame that is nothing but a piece of text, as most are, without building a tree.
   *
   * @return false where it is anything else; then nothing was read
   */
  boolean readTextFrame(byte[] b, int from, int to, Consumer<Event> sink);

  /** A frame of a stream. */
  void readFrame(JsonNode data, Consumer<Event> sink);

  /** A whole answer. */
  void readComplete(JsonNode body, Consumer<Event> sink);

  /** The stream has ended, or said that it is done: the end follows if the answer was whole. */
  void end(Consumer<Event> sink);
}
