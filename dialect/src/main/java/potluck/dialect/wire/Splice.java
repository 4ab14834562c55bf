package potluck.dialect.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Replaces ranges of bytes, all at once; all other bytes stay unchanged. For one thread. */
public final class Splice {
  private record Edit(int from, int to, byte[] bytes) {}

  private final byte[] body;
  private final List<Edit> edits = new ArrayList<>(2);

  public Splice(byte[] body) {
    this.body = body;
  }

  /** Replaces a range with text. Ranges must not overlap. */
  public Splice replace(Span span, String text) {
    edits.add(new Edit(span.from(), span.to(), text.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** Inserts text before the byte at an offset. */
  public Splice insert(int at, String text) {
    return replace(new Span(at, at), text);
  }

  /** The edited bytes; the original array if there are no edits. */
  public byte[] bytes() {
    if (edits.isEmpty()) {
      return body;
    }
    edits.sort(Comparator.comparingInt(Edit::from));
    int length = body.length;
    for (Edit edit : edits) {
      length += edit.bytes.length - (edit.to - edit.from);
    }
    byte[] result = new byte[length];
    int read = 0;
    int written = 0;
    for (Edit edit : edits) {
      System.arraycopy(body, read, result, written, edit.from - read);
      written += edit.from - read;
      System.arraycopy(edit.bytes, 0, result, written, edit.bytes.length);
      written += edit.bytes.length;
      read = edit.to;
    }
    System.arraycopy(body, read, result, written, body.length - read);
    return result;
  }
}
