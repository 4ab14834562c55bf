package potluck.dialect.count;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import potluck.dialect.model.Block;
import potluck.dialect.model.GenerationSettings;
import potluck.dialect.model.Prompt;
import potluck.dialect.model.Tool;
import potluck.dialect.model.Turn;

/**
 * Estimates the tokens of a prompt offline. It is exact for no provider: the tokenizer is OpenAI's
 * o200k, others differ by some ten per cent. Thread-safe; loading the vocabulary takes a moment, so
 * one is made at start.
 */
public final class TokenEstimator {
  /** Text beyond this is counted by the ratio found so far, in characters. */
  private static final int MAX_EXACT_CHARS = 256_000;

  /** What an image costs at low detail. Source: OpenAI, "Images and vision". */
  private static final int IMAGE_TOKENS = 85;

  /** What a page or a sound costs, by a rule of thumb: bytes of base64 a token. */
  private static final int BASE64_CHARS_PER_TOKEN = 40;

  private static final int TOKENS_PER_TURN = 4;
  private static final int TOKENS_PER_TOOL = 8;

  private final Encoding encoding =
      Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

  /** The tokens of everything that the model would read; at least 1. */
  public long estimate(Prompt prompt) {
    StringBuilder text = new StringBuilder();
    long sum = 3;
    for (Turn turn : prompt.turns()) {
      sum += TOKENS_PER_TURN;
      for (Block block : turn.blocks()) {
        sum += add(block, text);
      }
    }
    for (Tool tool : prompt.tools()) {
      sum += TOKENS_PER_TOOL;
      text.append(tool.name()).append(' ').append(tool.description()).append('\n');
      text.append(tool.schema()).append('\n');
    }
    GenerationSettings.Format format = prompt.settings().format();
    if (format != null && format.schema() != null) {
      text.append(format.schema());
    }
    return sum + estimate(text.toString());
  }

  /** The tokens of a text. */
  public long estimate(String text) {
    if (text.length() <= MAX_EXACT_CHARS) {
      return encoding.countTokensOrdinary(text);
    }
    long exact = encoding.countTokensOrdinary(text.substring(0, MAX_EXACT_CHARS));
    return exact * text.length() / MAX_EXACT_CHARS;
  }

  private static long add(Block block, StringBuilder text) {
    return switch (block) {
      case Block.Text said -> appendLine(said.text(), text);
      case Block.Thought thought -> appendLine(thought.text(), text);
      case Block.ToolCall call ->
          TOKENS_PER_TURN + appendLine(call.name() + ' ' + call.arguments(), text);
      case Block.ToolResult result -> {
        long sum = TOKENS_PER_TURN;
        for (Block inner : result.content()) {
          sum += add(inner, text);
        }
        yield sum;
      }
      case Block.Media media -> {
        String base64 = media.base64();
        yield media.isImage() || base64 == null
            ? IMAGE_TOKENS
            : IMAGE_TOKENS + base64.length() / BASE64_CHARS_PER_TOKEN;
      }
    };
  }

  private static long appendLine(String said, StringBuilder text) {
    text.append(said).append('\n');
    return 0;
  }
}
