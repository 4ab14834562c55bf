package potluck.dialect.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * An empty piece of the block that is open: the one sign of life that every version of Claude Code
 * counts (2.1.197 gives up after 300 s of pings). Used by one thread.
 */
final class KeepAliveDelta {
  private byte @Nullable [] blockOpened;

  /**
   * A block has begun.
   *
   * @param kind {@code text}, {@code thinking} or {@code tool_use}; others get a ping
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

  void blockClosed() {
    blockOpened = null;
  }

  /** Null between blocks, where a ping will do. */
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
