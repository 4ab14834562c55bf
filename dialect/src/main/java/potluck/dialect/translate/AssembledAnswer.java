package potluck.dialect.translate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.TokenUsage;

/** An answer as it is put together from its events. Used by one thread. */
public final class AssembledAnswer {
  private final List<Block> blocks = new ArrayList<>();
  private final StringBuilder buffer = new StringBuilder();
  private Event.@Nullable ToolCall call;
  private boolean text;
  private boolean thought;
  private boolean isRefusal;
  private String id = "";
  private TokenUsage tokens = TokenUsage.NONE;
  private StopReason stopReason = StopReason.END;
  private @Nullable String stopSequence;

  /** Takes the next event. */
  public void add(Event event) {
    switch (event) {
      case Event.Begin begin -> id = begin.id();
      case Event.Text piece -> {
        flush(!text);
        text = true;
        buffer.append(piece.delta());
      }
      case Event.Refusal piece -> {
        flush(!text);
        text = true;
        isRefusal = true;
        buffer.append(piece.delta());
      }
      case Event.Thought piece -> {
        flush(!thought);
        thought = true;
        buffer.append(piece.delta());
      }
      case Event.ThoughtSigned sealed -> sign(sealed.signature());
      case Event.ToolCall begun -> {
        flush(true);
        call = begun;
      }
      case Event.Arguments piece -> buffer.append(piece.delta());
      case Event.UsageReported used -> tokens = tokens.mergeLater(used.tokens());
      case Event.End end -> {
        flush(true);
        stopReason = end.stopReason();
        stopSequence = end.stopSequence();
      }
      case Event.CallComplete _, Event.Failed _ -> {}
    }
  }

  private void sign(ThoughtSignature seal) {
    flush(!thought);
    blocks.add(new Block.Thought(buffer.toString(), seal));
    buffer.setLength(0);
    thought = false;
  }

  private void flush(boolean other) {
    if (!other) {
      return;
    }
    String said = buffer.toString();
    buffer.setLength(0);
    if (call != null) {
      String arguments = said.isBlank() ? "{}" : said;
      blocks.add(new Block.ToolCall(call.id(), call.name(), arguments, call.signature()));
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

  public TokenUsage tokens() {
    return tokens;
  }

  public StopReason stopReason() {
    return stopReason;
  }

  /** Whether the text is the model's refusal. */
  public boolean isRefusal() {
    return isRefusal;
  }

  public @Nullable String stopSequence() {
    return stopSequence;
  }

  /** All text (or all thoughts), joined. */
  public String joinedText(boolean thoughts) {
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
