package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import potluck.dialect.model.Event;
import potluck.dialect.model.TokenUsage;

/**
 * Holds a stream back until its usage is known, so that even its first event has the true count:
 * exactness over latency, for clients that read nothing but the first event.
 */
public final class BufferedEventWriter implements EventWriter {
  private final EventWriter writer;
  private final List<Event> buffer = new ArrayList<>();
  private TokenUsage tokens = TokenUsage.NONE;

  public BufferedEventWriter(EventWriter writer) {
    this.writer = writer;
  }

  @Override
  public void write(Event event, FrameWriter out) {
    buffer.add(event);
    if (event instanceof Event.UsageReported used) {
      tokens = tokens.mergeLater(used.tokens());
    } else if (event instanceof Event.End) {
      writer.write(new Event.UsageReported(tokens), out);
      buffer.forEach(each -> writer.write(each, out));
      buffer.clear();
    }
  }

  @Override
  public JsonNode writeComplete(AssembledAnswer answer) {
    return writer.writeComplete(answer);
  }
}
