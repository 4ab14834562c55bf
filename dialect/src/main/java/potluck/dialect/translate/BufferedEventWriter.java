package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import potluck.dialect.model.Event;
import potluck.dialect.model.TokenUsage;

/**
 * Buffers a stream until its usage is known, so that already the first event has the exact count.
 * For clients that read usage only from the first event; it costs latency. For one thread.
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
    if (event instanceof Event.UsageReported usage) {
      tokens = tokens.mergeLater(usage.tokens());
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
