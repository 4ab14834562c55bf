package potluck.dialect.model;

import java.util.List;

/**
 * A request with one meaning for all dialects. It is used only where client and upstream speak
 * different ones. Immutable.
 *
 * @param turns in order; system text stands where it stood
 * @param tools functions that the model may call
 */
public record Prompt(
    List<Turn> turns, List<Tool> tools, ToolChoice toolChoice, GenerationSettings settings) {
  private static final int IMAGE_TOKENS = 85;

  /**
   * The tokens of the whole by a rule of thumb: four letters a token, one a character of East Asian
   * scripts and symbols; images by their number.
   */
  public long estimateTokens() {
    long quarters = 0;
    long media = 0;
    for (Turn turn : turns) {
      for (Block block : turn.blocks()) {
        quarters += quarterTokens(block);
        media += block instanceof Block.Media ? IMAGE_TOKENS : 0;
      }
    }
    for (Tool tool : tools) {
      quarters += quarterTokensOf(tool.name()) + quarterTokensOf(tool.description());
      quarters += quarterTokensOf(tool.schema().toString());
    }
    return Math.max(1, quarters / 4 + media);
  }

  private static long quarterTokens(Block block) {
    return switch (block) {
      case Block.Text text -> quarterTokensOf(text.text());
      case Block.Thought thought -> quarterTokensOf(thought.text());
      case Block.ToolCall call -> quarterTokensOf(call.name()) + quarterTokensOf(call.arguments());
      case Block.ToolResult result ->
          result.content().stream().mapToLong(Prompt::quarterTokens).sum();
      case Block.Media _ -> 0;
    };
  }

  private static long quarterTokensOf(String text) {
    long quarters = 0;
    for (int i = 0; i < text.length(); i++) {
      quarters += text.charAt(i) < 0x2E80 ? 1 : 4;
    }
    return quarters;
  }

  /** The name of the function that a call was for; empty where no such call is in the history. */
  public String toolNameOf(String callId) {
    for (Turn turn : turns) {
      for (Block block : turn.blocks()) {
        if (block instanceof Block.ToolCall call && call.id().equals(callId)) {
          return call.name();
        }
      }
    }
    return "";
  }
}
