package potluck.dialect.openai;

import org.jspecify.annotations.Nullable;
import potluck.dialect.wire.FrameScan;

/** Recognizes chunks that contain only a piece of text. For one thread. */
final class TextFrameScan {
  private final FrameScan chunk = new FrameScan();
  private final FrameScan choice = new FrameScan();
  private final FrameScan delta = new FrameScan();

  /** The piece of text; null if the chunk contains anything else. */
  @Nullable String read(byte[] b, int from, int to) {
    String text = null;
    chunk.enter(b, from, to);
    while (chunk.next()) {
      if (chunk.nameIs("choices")) {
        text = choice();
        if (text == null) {
          return null;
        }
      } else if ((chunk.nameIs("usage") || chunk.nameIs("error")) && !chunk.valueIs("null")) {
        return null;
      }
    }
    return text;
  }

  private @Nullable String choice() {
    String text = null;
    choice.enterSingleElement(chunk);
    while (choice.next()) {
      if (choice.nameIs("delta")) {
        text = delta();
        if (text == null) {
          return null;
        }
      } else if (!choice.nameIs("index") && !choice.nameIs("logprobs") && !choice.valueIs("null")) {
        return null;
      }
    }
    return text;
  }

  private @Nullable String delta() {
    String text = null;
    delta.enter(choice);
    while (delta.next()) {
      if (delta.nameIs("content") && delta.isString()) {
        text = delta.stringValue();
      } else if (!delta.nameIs("role") && !delta.valueIs("null")) {
        return null;
      }
    }
    return text;
  }
}
