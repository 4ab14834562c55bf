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
 * Estimates the tokens of a prompt offline, with OpenAI's tokenizer o200k. Other tokenizers differ
 * by some ten per cent. Thread-safe. Loading the vocabulary takes a while, so create one instance
 * at start.
 */
public final class TokenEstimator {
  /** Longer text is counted up to here, and the rest is extrapolated, in characters. */
  private static final int MAX_EXACT_CHARS = 256_000;

  /** Tokens of an image at low detail. Source: OpenAI, "Images and vision". */
  private static final int IMAGE_TOKENS = 85;

  /** Rule of thumb for documents and audio. */
  private static final int BASE64_CHARS_PER_TOKEN = 40;

  private static final int TOKENS_PER_TURN = 4;
  private static final int TOKENS_PER_TOOL = 8;

  private final Encoding encoding =
      Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

  /** Estimates the tokens of everything that the model reads; at least 1. */
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

  /** Estimates the tokens of a text. */
  public long estimate(String text) {
    if (text.length() <= MAX_EXACT_CHARS) {
      return encoding.countTokensOrdinary(text);
    }
    long exact = encoding.countTokensOrdinary(text.substring(0, MAX_EXACT_CHARS));
    return exact * text.length() / MAX_EXACT_CHARS;
  }

  private static long add(Block block, StringBuilder text) {
    return switch (block) {
      case Block.Text plain -> appendLine(plain.text(), text);
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

  private static long appendLine(String line, StringBuilder text) {
    text.append(line).append('\n');
    return 0;
  }
}
