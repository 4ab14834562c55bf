package potluck.dialect.wire;

import java.util.Arrays;

/**
 * Splits a stream of server-sent events into frames, for any chunking of the bytes. Lines end with
 * CR, LF or CRLF. A byte order mark, comments and unknown fields are skipped. The space after
 * {@code data:} is optional, and several data lines are joined with LF. Bytes are not decoded, so a
 * character may be split anywhere.
 *
 * <p>Usage: call {@link #feed}, then {@link #next} until it returns false. After each {@code next}
 * that returns true, the current frame is a range of {@link #bytes()}, with its white space and
 * comments. Frames that arrive in one piece are not copied. For one thread.
 *
 * <p>Source: WHATWG HTML, 9.2 (event stream interpretation).
 */
public final class FrameReader {
  /** Larger frames are rejected as an attack. */
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
   * @param maxFrameBytes size of the largest frame, in bytes
   */
  public FrameReader(int maxFrameBytes) {
    this.maxFrameBytes = maxFrameBytes;
  }

  /**
   * Takes bytes that have arrived. The array is read until the next call of this method, and may be
   * reused after that.
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
   * Advances to the next complete frame.
   *
   * @return false if more bytes are needed
   * @throws MalformedException if a frame is larger than the maximum
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

  /**
   * Treats the rest of the stream as a frame.
   *
   * @return whether it has a line of data
   */
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

  /** The array that contains the frame and its event name. */
  public byte[] bytes() {
    return window;
  }

  /** Index of the first byte of the frame in {@link #bytes()}. */
  public int from() {
    return start;
  }

  /** Index after the last byte of the frame, with its blank line. */
  public int to() {
    return end;
  }

  /** Whether the frame has data; comments and bare blank lines do not. */
  public boolean hasData() {
    return dataLines > 0;
  }

  /** The array that contains the data: {@link #bytes()}, or a joined copy of several data lines. */
  public byte[] data() {
    return dataLines > 1 ? joined : window;
  }

  /** Index of the first byte of the data in {@link #data()}. */
  public int dataFrom() {
    return dataLines > 1 ? 0 : start + dataFrom;
  }

  /** Index after the last byte of the data in {@link #data()}. */
  public int dataTo() {
    return dataLines > 1 ? joinedLength : start + dataTo;
  }

  /** Whether the data is a single line, so that a range of it is also a range of the frame. */
  public boolean inPlace() {
    return dataLines == 1;
  }

  /** The event name in {@link #bytes()}; empty if the frame has no name. */
  public Span event() {
    return new Span(start + eventFrom, start + eventTo);
  }
}
