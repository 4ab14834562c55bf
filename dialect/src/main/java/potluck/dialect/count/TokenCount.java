package potluck.dialect.count;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import potluck.dialect.model.Block;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Settings;
import potluck.dialect.model.Tool;
import potluck.dialect.model.Turn;

/**
 * Estimates the tokens of a prompt offline. It is exact for no provider: the tokenizer is OpenAI's
 * o200k, others differ by some ten per cent. Thread-safe; loading the vocabulary takes a moment, so
 * one is made at start.
 */
public final class TokenCount {
  /** Text beyond this is counted by the ratio found so far, in characters. */
  private static final int EXACT = 256_000;

  /** What an image costs at low detail. Source: OpenAI, "Images and vision". */
  private static final int IMAGE = 85;

  /** What a page or a sound costs, by a rule of thumb: bytes of base64 a token. */
  private static final int MEDIA = 40;

  private static final int TURN = 4;
  private static final int TOOL = 8;

  private final Encoding encoding =
      Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

  /** The tokens of everything that the model would read; at least 1. */
  public long of(Prompt prompt) {
    StringBuilder text = new StringBuilder();
    long sum = 3;
    for (Turn turn : prompt.turns()) {
      sum += TURN;
      for (Block block : turn.blocks()) {
        sum += add(block, text);
      }
    }
    for (Tool tool : prompt.tools()) {
      sum += TOOL;
      text.append(tool.name()).append(' ').append(tool.description()).append('\n');
      text.append(tool.schema()).append('\n');
    }
    Settings.Format format = prompt.settings().format();
    if (format != null && format.schema() != null) {
      text.append(format.schema());
    }
    return sum + of(text.toString());
  }

  /** The tokens of a text. */
  public long of(String text) {
    if (text.length() <= EXACT) {
      return encoding.countTokensOrdinary(text);
    }
    long exact = encoding.countTokensOrdinary(text.substring(0, EXACT));
    return exact * text.length() / EXACT;
  }

  private static long add(Block block, StringBuilder text) {
    return switch (block) {
      case Block.Text said -> line(said.text(), text);
      case Block.Thought thought -> line(thought.text(), text);
      case Block.Call call -> TURN + line(call.name() + ' ' + call.arguments(), text);
      case Block.Result result -> {
        long sum = TURN;
        for (Block inner : result.content()) {
          sum += add(inner, text);
        }
        yield sum;
      }
      case Block.Media media -> {
        String base64 = media.base64();
        yield media.isImage() || base64 == null ? IMAGE : IMAGE + base64.length() / MEDIA;
      }
    };
  }

  private static long line(String said, StringBuilder text) {
    text.append(said).append('\n');
    return 0;
  }
}
