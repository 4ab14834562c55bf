package potluck.dialect.translate;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import potluck.dialect.model.Event;
import potluck.dialect.model.Tokens;

/**
 * Holds a stream back until its usage is known, so that even its first event has the true count:
 * exactness over latency, for clients that read nothing but the first event.
 */
public final class Withheld implements EventWriter {
  private final EventWriter writer;
  private final List<Event> held = new ArrayList<>();
  private Tokens tokens = Tokens.NONE;

  public Withheld(EventWriter writer) {
    this.writer = writer;
  }

  @Override
  public void write(Event event, Frames out) {
    held.add(event);
    if (event instanceof Event.Used used) {
      tokens = tokens.then(used.tokens());
    } else if (event instanceof Event.End) {
      writer.write(new Event.Used(tokens), out);
      held.forEach(each -> writer.write(each, out));
      held.clear();
    }
  }

  @Override
  public JsonNode whole(Answer answer) {
    return writer.whole(answer);
  }
}
