package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.wire.FrameScan;

/** Recognizes events that contain only a piece of text, and possibly usage. For one thread. */
final class TextFrameScan {
  private final FrameScan event = new FrameScan();
  private final FrameScan candidate = new FrameScan();
  private final FrameScan content = new FrameScan();
  private final FrameScan part = new FrameScan();
  private @Nullable JsonNode usage;

  /** The piece of text; null if the event contains anything else. */
  @Nullable String read(byte[] b, int from, int to) {
    usage = null;
    String text = null;
    event.enter(b, from, to);
    while (event.next()) {
      if (event.nameIs("candidates")) {
        text = candidate();
        if (text == null) {
          return null;
        }
      } else if (event.nameIs("usageMetadata")) {
        usage = event.treeValue();
      } else if (!event.isString()) {
        return null;
      }
    }
    return text;
  }

  /** The usage in the event that was read last; null if there was none. */
  @Nullable JsonNode usage() {
    return usage;
  }

  private @Nullable String candidate() {
    String text = null;
    candidate.enterSingleElement(event);
    while (candidate.next()) {
      if (candidate.nameIs("content")) {
        text = content();
      } else if (!candidate.nameIs("index")) {
        return null;
      }
    }
    return text;
  }

  private @Nullable String content() {
    String text = null;
    content.enter(candidate);
    while (content.next()) {
      if (content.nameIs("parts")) {
        part.enterSingleElement(content);
        while (part.next()) {
          if (!part.nameIs("text") || !part.isString()) {
            return null;
          }
          text = part.stringValue();
        }
      }
    }
    return text;
  }
}
