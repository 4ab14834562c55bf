package potluck.dialect.openai;

import org.jspecify.annotations.Nullable;
import potluck.dialect.wire.Glance;

/** Looks whether a chunk is nothing but a piece of text. Used by one thread. */
final class TextChunk {
  private final Glance chunk = new Glance();
  private final Glance choice = new Glance();
  private final Glance delta = new Glance();

  /** The piece; null where the chunk is or has anything else. */
  @Nullable String read(byte[] b, int from, int to) {
    String text = null;
    chunk.over(b, from, to);
    while (chunk.next()) {
      if (chunk.is("choices")) {
        text = choice();
        if (text == null) {
          return null;
        }
      } else if ((chunk.is("usage") || chunk.is("error")) && !chunk.holds("null")) {
        return null;
      }
    }
    return text;
  }

  private @Nullable String choice() {
    String text = null;
    choice.only(chunk);
    while (choice.next()) {
      if (choice.is("delta")) {
        text = delta();
        if (text == null) {
          return null;
        }
      } else if (!choice.is("index") && !choice.is("logprobs") && !choice.holds("null")) {
        return null;
      }
    }
    return text;
  }

  private @Nullable String delta() {
    String text = null;
    delta.over(choice);
    while (delta.next()) {
      if (delta.is("content") && delta.isText()) {
        text = delta.text();
      } else if (!delta.is("role") && !delta.holds("null")) {
        return null;
      }
    }
    return text;
  }
}
