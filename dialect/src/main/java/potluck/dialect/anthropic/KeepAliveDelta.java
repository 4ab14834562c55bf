package potluck.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Keep-alive bytes for a stream: an empty delta of the open block. All versions of Claude Code
 * count it as activity, while version 2.1.197 gives up after 300 s of pings. For one thread.
 */
final class KeepAliveDelta {
  private byte @Nullable [] blockOpened;

  /**
   * A block has begun.
   *
   * @param kind {@code text}, {@code thinking} or {@code tool_use}; other blocks get a ping instead
   */
  void blockOpened(int index, String kind) {
    blockOpened =
        switch (kind) {
          case "text" -> piece(index, "text_delta", "text");
          case "thinking" -> piece(index, "thinking_delta", "thinking");
          case "tool_use" -> piece(index, "input_json_delta", "partial_json");
          default -> null;
        };
  }

  /** The open block has ended. */
  void blockClosed() {
    blockOpened = null;
  }

  /** The empty delta; null between blocks, where a ping can be used. */
  byte @Nullable [] bytes() {
    return blockOpened;
  }

  private static byte[] piece(int index, String type, String field) {
    return ("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"
            + index
            + ",\"delta\":{\"type\":\""
            + type
            + "\",\""
            + field
            + "\":\"\"}}\n\n")
        .getBytes(UTF_8);
  }
}
