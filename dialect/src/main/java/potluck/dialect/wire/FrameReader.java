package potluck.dialect.wire;

import java.util.Arrays;

/**
 * Cuts a stream of server-sent events into frames, however the bytes are chopped. Lines end in CR,
 * LF or CRLF; a byte order mark, comments and unknown fields are passed over; {@code data:} needs
 * no space after it; several data lines are joined with LF. Bytes are never decoded, so a character
 * may be split anywhere.
 *
 * <p>Use: {@link #feed}, then {@link #next} until it says false; between the two the current frame
 * is a range of {@link #bytes()}, white space and comments included. Frames that came whole are not
 * copied. Used by one thread.
 *
 * <p>Source: WHATWG HTML, 9.2 (event stream interpretation).
 */
public final class FrameReader {
  /** Frames larger than this are taken for an attack, in bytes. */
  public static final int MAX_FRAME_BYTES = 16 << 20;

  private static final byte[] NOTHING = new byte[0];

  private final int maxFrameBytes;
  private byte[] carryBuffer = NOTHING;
  private byte[] window = NOTHING;
  private boolean ownsWindow;
  private int limit;
  private int start;
  private int end;
  private int scanned;
  private int line;
  private boolean afterCr;
  private boolean started;
  private int dataLines;
  private int dataFrom;
  private int dataTo;
  private int eventFrom;
  private int eventTo;
  private byte[] joined = NOTHING;
  private int joinedLength;

  public FrameReader() {
    this(MAX_FRAME_BYTES);
  }

  /**
   * @param cap the largest frame, in bytes
   */
  public FrameReader(int cap) {
    this.maxFrameBytes = cap;
  }

  /**
   * Takes what has arrived. The array is read until the next call of feed, and may be reused then.
   */
  public void feed(byte[] bytes, int offset, int length) {
    int rest = limit - start;
    if (rest == 0) {
      window = bytes;
      ownsWindow = false;
      start = offset;
      limit = offset + length;
    } else {
      if (carryBuffer.length < rest + length) {
        carryBuffer = Arrays.copyOf(carryBuffer, Math.max(rest + length, carryBuffer.length * 2));
      }
      System.arraycopy(bytes, offset, carryBuffer, rest, length);
      window = carryBuffer;
      ownsWindow = true;
      start = 0;
      limit = rest + length;
    }
    end = start;
  }

  /**
   * Steps to the next whole frame.
   *
   * @return false where more bytes are needed
   * @throws MalformedException where a frame is larger than the cap
   */
  public boolean next() {
    startFrame();
    if (afterCr && start < limit && window[start] == '\n' && scanned == 0) {
      afterCr = false;
      end = start + 1;
      return true;
    }
    byte[] b = window;
    int i = start + scanned;
    while (i < limit) {
      int at = SwarScan.indexOfLineEnd(b, i, limit);
      if (at > i || (b[at] != '\n' && b[at] != '\r')) {
        afterCr = false;
        i = at > i ? at : i + 1;
        continue;
      }
      byte c = b[i];
      if (c == '\n' && afterCr && i == start + line) {
        afterCr = false;
        line = ++i - start;
        continue;
      }
      boolean blank = i == start + line;
      if (!blank) {
        field(start + line, i);
      }
      afterCr = c == '\r';
      i++;
      if (afterCr && i < limit && b[i] == '\n') {
        afterCr = false;
        i++;
      }
      line = i - start;
      if (blank) {
        end = i;
        started = true;
        return true;
      }
    }
    scanned = i - start;
    compact();
    return false;
  }

  /** The body has ended: what is left is taken for a frame, if it has a line of data. */
  public boolean finish() {
    startFrame();
    if (start + line < limit) {
      field(start + line, limit);
    }
    end = limit;
    return dataLines > 0;
  }

  private void startFrame() {
    if (end > start) {
      start = end;
      scanned = 0;
      line = 0;
      dataLines = 0;
      eventFrom = 0;
      eventTo = 0;
    }
  }

  private void compact() {
    int rest = limit - start;
    if (rest > maxFrameBytes) {
      throw new MalformedException(
          "a frame of more than " + maxFrameBytes + " bytes", maxFrameBytes);
    }
    if (rest > 0 && (!ownsWindow || start > 0)) {
      if (carryBuffer.length < rest) {
        carryBuffer = new byte[Math.max(rest, 4096)];
      }
      System.arraycopy(window, start, carryBuffer, 0, rest);
      window = carryBuffer;
      ownsWindow = true;
      start = 0;
      limit = rest;
    }
    end = start;
  }

  private void field(int from, int to) {
    byte[] b = window;
    int at = from;
    if (!started && start + line == from && from + 2 < to && (b[from] & 0xFF) == 0xEF) {
      at = (b[from + 1] & 0xFF) == 0xBB && (b[from + 2] & 0xFF) == 0xBF ? from + 3 : from;
    }
    started = true;
    if (b[at] == 'd' && fieldIs(b, at, to, "data")) {
      data(valueStart(b, at + 4, to), to);
    } else if (b[at] == 'e' && fieldIs(b, at, to, "event")) {
      eventFrom = valueStart(b, at + 5, to) - start;
      eventTo = to - start;
    }
  }

  private void data(int from, int to) {
    if (dataLines++ == 0) {
      dataFrom = from - start;
      dataTo = to - start;
      return;
    }
    if (dataLines == 2) {
      joinedLength = 0;
      join(start + dataFrom, start + dataTo);
    }
    joined = ensureCapacity(joined, joinedLength + 1);
    joined[joinedLength++] = '\n';
    join(from, to);
  }

  private void join(int from, int to) {
    joined = ensureCapacity(joined, joinedLength + to - from);
    System.arraycopy(window, from, joined, joinedLength, to - from);
    joinedLength += to - from;
  }

  private static byte[] ensureCapacity(byte[] array, int needed) {
    return array.length >= needed
        ? array
        : Arrays.copyOf(array, Math.max(needed, 2 * array.length));
  }

  private static boolean fieldIs(byte[] b, int at, int to, String name) {
    int colon = at + name.length();
    if (colon > to || (colon < to && b[colon] != ':')) {
      return false;
    }
    return new Span(at, colon).equalsAscii(b, name);
  }

  private static int valueStart(byte[] b, int colon, int to) {
    int at = Math.min(colon + 1, to);
    return at < to && b[at] == ' ' ? at + 1 : at;
  }

  /** Where the frame and the name of its event are. */
  public byte[] bytes() {
    return window;
  }

  /** The first byte of the frame in {@link #bytes()}. */
  public int from() {
    return start;
  }

  /** One after the last byte of the frame, its blank line included. */
  public int to() {
    return end;
  }

  /** Whether the frame has data; comments and bare blank lines have none. */
  public boolean hasData() {
    return dataLines > 0;
  }

  /** Where the data is: {@link #bytes()}, or a joined copy where it came in several lines. */
  public byte[] data() {
    return dataLines > 1 ? joined : window;
  }

  public int dataFrom() {
    return dataLines > 1 ? 0 : start + dataFrom;
  }

  public int dataTo() {
    return dataLines > 1 ? joinedLength : start + dataTo;
  }

  /** Whether the data is one line, so that a range of it is also a range of the frame. */
  public boolean inPlace() {
    return dataLines == 1;
  }

  /** The name of the event in {@link #bytes()}; empty where there is none. */
  public Span event() {
    return new Span(start + eventFrom, start + eventTo);
  }
}
