package potluck.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import potluck.dialect.wire.Glance;

/** Looks whether an event is nothing but a piece of text, and perhaps usage. Used by one thread. */
final class TextChunk {
  private final Glance event = new Glance();
  private final Glance candidate = new Glance();
  private final Glance content = new Glance();
  private final Glance part = new Glance();
  private @Nullable JsonNode usage;

  /** The piece; null where the event is or has anything else. */
  @Nullable String read(byte[] b, int from, int to) {
    usage = null;
    String text = null;
    event.over(b, from, to);
    while (event.next()) {
      if (event.is("candidates")) {
        text = candidate();
        if (text == null) {
          return null;
        }
      } else if (event.is("usageMetadata")) {
        usage = event.tree();
      } else if (!event.isText()) {
        return null;
      }
    }
    return text;
  }

  /** The usage beside the piece that was read last; null where there was none. */
  @Nullable JsonNode usage() {
    return usage;
  }

  private @Nullable String candidate() {
    String text = null;
    candidate.only(event);
    while (candidate.next()) {
      if (candidate.is("content")) {
        text = content();
      } else if (!candidate.is("index")) {
        return null;
      }
    }
    return text;
  }

  private @Nullable String content() {
    String text = null;
    content.over(candidate);
    while (content.next()) {
      if (content.is("parts")) {
        part.only(content);
        while (part.next()) {
          if (!part.is("text") || !part.isText()) {
            return null;
          }
          text = part.text();
        }
      }
    }
    return text;
  }
}
