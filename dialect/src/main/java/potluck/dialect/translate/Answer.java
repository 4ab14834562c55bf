package potluck.dialect.translate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.Seal;
import potluck.dialect.model.Stop;
import potluck.dialect.model.Tokens;

/** An answer as it is put together from its events. Used by one thread. */
public final class Answer {
  private final List<Block> blocks = new ArrayList<>();
  private final StringBuilder open = new StringBuilder();
  private Event.@Nullable Call call;
  private boolean text;
  private boolean thought;
  private boolean refused;
  private String id = "";
  private Tokens tokens = Tokens.NONE;
  private Stop stop = Stop.END;
  private @Nullable String sequence;

  /** Takes the next event. */
  public void add(Event event) {
    switch (event) {
      case Event.Begin begin -> id = begin.id();
      case Event.Text piece -> {
        close(!text);
        text = true;
        open.append(piece.delta());
      }
      case Event.Refusal piece -> {
        close(!text);
        text = true;
        refused = true;
        open.append(piece.delta());
      }
      case Event.Thought piece -> {
        close(!thought);
        thought = true;
        open.append(piece.delta());
      }
      case Event.Sealed sealed -> seal(sealed.seal());
      case Event.Call begun -> {
        close(true);
        call = begun;
      }
      case Event.Arguments piece -> open.append(piece.delta());
      case Event.Used used -> tokens = tokens.then(used.tokens());
      case Event.End end -> {
        close(true);
        stop = end.stop();
        sequence = end.sequence();
      }
      case Event.Complete _, Event.Failed _ -> {}
    }
  }

  private void seal(Seal seal) {
    close(!thought);
    blocks.add(new Block.Thought(open.toString(), seal));
    open.setLength(0);
    thought = false;
  }

  private void close(boolean other) {
    if (!other) {
      return;
    }
    String said = open.toString();
    open.setLength(0);
    if (call != null) {
      String arguments = said.isBlank() ? "{}" : said;
      blocks.add(new Block.Call(call.id(), call.name(), arguments, call.seal()));
    } else if (thought) {
      blocks.add(new Block.Thought(said, null));
    } else if (text && !said.isEmpty()) {
      blocks.add(new Block.Text(said));
    }
    call = null;
    thought = false;
    text = false;
  }

  public List<Block> blocks() {
    return blocks;
  }

  public String id() {
    return id;
  }

  public Tokens tokens() {
    return tokens;
  }

  public Stop stop() {
    return stop;
  }

  /** Whether the text is the model's refusal. */
  public boolean refused() {
    return refused;
  }

  public @Nullable String sequence() {
    return sequence;
  }

  /** All text (or all thoughts), joined. */
  public String joined(boolean thoughts) {
    StringBuilder all = new StringBuilder();
    for (Block block : blocks) {
      if (block instanceof Block.Text said && !thoughts) {
        all.append(said.text());
      } else if (block instanceof Block.Thought said && thoughts) {
        all.append(said.text());
      }
    }
    return all.toString();
  }
}
