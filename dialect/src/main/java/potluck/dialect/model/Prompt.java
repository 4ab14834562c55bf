package potluck.dialect.model;

import java.util.List;

/**
 * A request in a form that all dialects share. It is used only if client and upstream speak
 * different dialects. Immutable.
 *
 * @param turns in order; system text keeps its position
 * @param tools functions that the model may call
 */
public record Prompt(
    List<Turn> turns, List<Tool> tools, ToolChoice toolChoice, GenerationSettings settings) {
  private static final int IMAGE_TOKENS = 85;

  /**
   * Rough estimate of the input tokens: four characters per token, one per East Asian character or
   * symbol, and a fixed number per image. At least 1.
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

  /** The name of the tool that a call was for; empty if the history has no such call. */
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
