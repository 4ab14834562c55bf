package potluck.dialect.translate;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Block;
import potluck.dialect.model.Event;
import potluck.dialect.model.StopReason;
import potluck.dialect.model.ThoughtSignature;
import potluck.dialect.model.TokenUsage;

/** Collects the events of an answer into blocks. For one thread. */
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

  /** Adds the next event. */
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
      case Event.ThoughtSigned signed -> sign(signed.signature());
      case Event.ToolCall started -> {
        flush(true);
        call = started;
      }
      case Event.Arguments piece -> buffer.append(piece.delta());
      case Event.UsageReported usage -> tokens = tokens.mergeLater(usage.tokens());
      case Event.End end -> {
        flush(true);
        stopReason = end.stopReason();
        stopSequence = end.stopSequence();
      }
      case Event.CallComplete _, Event.Failed _ -> {}
    }
  }

  private void sign(ThoughtSignature signature) {
    flush(!thought);
    blocks.add(new Block.Thought(buffer.toString(), signature));
    buffer.setLength(0);
    thought = false;
  }

  private void flush(boolean otherBlock) {
    if (!otherBlock) {
      return;
    }
    String content = buffer.toString();
    buffer.setLength(0);
    if (call != null) {
      String arguments = content.isBlank() ? "{}" : content;
      blocks.add(new Block.ToolCall(call.id(), call.name(), arguments, call.signature()));
    } else if (thought) {
      blocks.add(new Block.Thought(content, null));
    } else if (text && !content.isEmpty()) {
      blocks.add(new Block.Text(content));
    }
    call = null;
    thought = false;
    text = false;
  }

  /** The blocks so far; complete after {@link Event.End}. */
  public List<Block> blocks() {
    return blocks;
  }

  /** The upstream's id of the answer; empty if the upstream sent no id. */
  public String id() {
    return id;
  }

  /** Token counts that the upstream has reported. */
  public TokenUsage tokens() {
    return tokens;
  }

  /** Why the answer ended; {@link StopReason#END} until then. */
  public StopReason stopReason() {
    return stopReason;
  }

  /** Whether the text is a refusal of the model. */
  public boolean isRefusal() {
    return isRefusal;
  }

  /** The stop sequence that ended the answer; null if none or not reported. */
  public @Nullable String stopSequence() {
    return stopSequence;
  }

  /**
   * All text, or all thoughts, concatenated.
   *
   * @param thoughts whether to return the thoughts instead of the text
   */
  public String joinedText(boolean thoughts) {
    StringBuilder all = new StringBuilder();
    for (Block block : blocks) {
      if (block instanceof Block.Text content && !thoughts) {
        all.append(content.text());
      } else if (block instanceof Block.Thought content && thoughts) {
        all.append(content.text());
      }
    }
    return all.toString();
  }
}
