package potluck.dialect.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Edits ranges of bytes and leaves all others as they are, so that prompt caches stay warm and
 * fields invented tomorrow already work. One use, one thread.
 */
public final class Splice {
  private final byte[] source;
  private final List<Edit> edits = new ArrayList<>(2);

  private record Edit(int start, int end, byte[] by) {}

  public Splice(byte[] source) {
    this.source = source;
  }

  /** Puts bytes in the place of {@code [start, end)}; ranges must not overlap. */
  public Splice replace(int start, int end, byte[] by) {
    edits.add(new Edit(start, end, by));
    return this;
  }

  public Splice insert(int at, byte[] bytes) {
    return replace(at, at, bytes);
  }

  /** The edited bytes; the source itself where nothing was edited. */
  public byte[] bytes() {
    if (edits.isEmpty()) {
      return source;
    }
    edits.sort(Comparator.comparingInt(Edit::start));
    int length = source.length;
    for (Edit edit : edits) {
      length += edit.by().length - (edit.end() - edit.start());
    }
    byte[] result = new byte[length];
    int from = 0;
    int to = 0;
    for (Edit edit : edits) {
      System.arraycopy(source, from, result, to, edit.start() - from);
      to += edit.start() - from;
      System.arraycopy(edit.by(), 0, result, to, edit.by().length);
      to += edit.by().length;
      from = edit.end();
    }
    System.arraycopy(source, from, result, to, source.length - from);
    return result;
  }
}
