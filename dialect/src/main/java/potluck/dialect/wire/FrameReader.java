package potluck.dialect.wire;

import java.util.Arrays;

/**
 * Cuts a stream of server-sent events into whole frames, however its bytes are chopped: lines end
 * with LF, CR or CRLF, a frame ends with an empty line (https://html.spec.whatwg.org, section
 * 9.2.6). A frame keeps its bytes, its end included, so that it can be passed on as it came. Used
 * by one thread.
 */
public final class FrameReader {
  /** Takes frames. */
  @FunctionalInterface
  public interface Sink {
    /**
     * @param bytes shared: valid during the call only
     */
    void frame(byte[] bytes, int start, int end);
  }

  private final int most;
  private byte[] buffer = new byte[8 << 10];
  private int length;
  private int scanned;
  private boolean empty = true;

  /**
   * @param most bytes of a frame
   */
  public FrameReader(int most) {
    this.most = most;
  }

  /**
   * @throws Malformed where a frame is larger than allowed
   */
  public void accept(byte[] bytes, int offset, int count, Sink sink) {
    if (length + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
    }
    System.arraycopy(bytes, offset, buffer, length, count);
    length += count;
    int start = cut(sink);
    System.arraycopy(buffer, start, buffer, 0, length - start);
    length -= start;
    scanned -= start;
    if (length > most) {
      throw new Malformed("an event is larger than " + most + " bytes", length);
    }
  }

  /** Gives what is left when the stream has ended: a frame without its empty line. */
  public void end(Sink sink) {
    int start = 0;
    while (start < length && (buffer[start] == '\n' || buffer[start] == '\r')) {
      start++;
    }
    if (start < length) {
      sink.frame(buffer, start, length);
    }
    length = 0;
    scanned = 0;
  }

  /** Gives all whole frames; returns where the first one that is not whole begins. */
  private int cut(Sink sink) {
    int start = 0;
    while (scanned < length) {
      byte b = buffer[scanned];
      if (b != '\n' && b != '\r') {
        empty = false;
        scanned++;
        continue;
      }
      int next = scanned + 1;
      if (b == '\r') {
        if (next == length) {
          return start; // A line feed may follow: not known yet.
        }
        if (buffer[next] == '\n') {
          next++;
        }
      }
      scanned = next;
      if (empty) {
        if (!blank(start, next)) {
          sink.frame(buffer, start, next);
        }
        start = next;
      }
      empty = true;
    }
    return start;
  }

  private boolean blank(int start, int end) {
    for (int i = start; i < end; i++) {
      if (buffer[i] != '\n' && buffer[i] != '\r') {
        return false;
      }
    }
    return true;
  }
}
