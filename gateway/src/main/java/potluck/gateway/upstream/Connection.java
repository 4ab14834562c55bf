package potluck.gateway.upstream;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/**
 * An open connection and its received bytes that were not read yet. Used by one exchange at a time,
 * except for {@link #close}, which is thread-safe.
 */
final class Connection implements Closeable {
  /**
   * Size of one write to the kernel; the JDK splits larger writes into pieces of this size anyway.
   */
  private static final int MAX_WRITE_BYTES = 128 * 1024;

  private static final int BUFFER = 8 * 1024;

  private final Origin origin;
  private final CloseNotifySocket raw;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;
  private long idleSinceNanos;
  private ExchangeDeadline deadline;

  /**
   * @param raw the socket to close: closing a TLS socket may wait for its writer, closing this one
   *     does not
   * @param socket the socket to read and write: the TLS socket, or {@code raw} again
   */
  Connection(Origin origin, CloseNotifySocket raw, Socket socket, ExchangeDeadline deadline)
      throws IOException {
    this.origin = origin;
    this.raw = raw;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    this.deadline = deadline;
  }

  Origin origin() {
    return origin;
  }

  /** Attaches the connection to the exchange of this deadline. */
  void attach(ExchangeDeadline next) throws UpstreamFailed {
    deadline = next;
    next.guard(this);
  }

  /** Sends head and body in one write as far as they fit into one. */
  void write(byte[] head, byte[] body) throws IOException {
    int together = Math.min(body.length, Math.max(0, MAX_WRITE_BYTES - head.length));
    byte[] first =
        head.length + together <= buffer.length ? buffer : new byte[head.length + together];
    System.arraycopy(head, 0, first, 0, head.length);
    System.arraycopy(body, 0, first, head.length, together);
    send(first, 0, head.length + together);
    for (int at = together; at < body.length; at += MAX_WRITE_BYTES) {
      send(body, at, Math.min(MAX_WRITE_BYTES, body.length - at));
    }
  }

  private void send(byte[] bytes, int offset, int length) throws IOException {
    deadline.waiting();
    out.write(bytes, offset, length);
    deadline.progressed();
  }

  /** Waits for more bytes and appends them to the unread ones; -1 at the end of the connection. */
  int fill() throws IOException {
    if (start == end) {
      start = end = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int count = receive(buffer, end, buffer.length - end);
    if (count > 0) {
      end += count;
    }
    return count;
  }

  /** Returns unread bytes, or waits for more; -1 at the end of the connection. */
  int read(byte[] into, int offset, int length) throws IOException {
    if (start == end) {
      return receive(into, offset, length);
    }
    int count = Math.min(length, end - start);
    System.arraycopy(buffer, start, into, offset, count);
    start += count;
    return count;
  }

  private int receive(byte[] into, int offset, int length) throws IOException {
    deadline.waiting();
    int count = in.read(into, offset, length);
    deadline.progressed();
    return count;
  }

  byte[] buffer() {
    return buffer;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  void consumeTo(int position) {
    start = position;
  }

  /** Whether bytes have arrived that were not read yet. */
  boolean hasMore() {
    try {
      return start < end || raw.availableBytes() > 0;
    } catch (IOException broken) {
      return false;
    }
  }

  /** Whether no unexpected bytes have arrived. */
  boolean isQuiet() {
    try {
      return start == end && in.available() == 0;
    } catch (IOException broken) {
      return false;
    }
  }

  void markIdle() {
    idleSinceNanos = System.nanoTime();
    if (buffer.length > BUFFER) {
      buffer = new byte[BUFFER];
    }
  }

  long idleNanos() {
    return System.nanoTime() - idleSinceNanos;
  }

  @Override
  public void close() {
    try {
      raw.close();
    } catch (IOException alreadyGone) {
      // Nothing is left to close.
    }
  }
}
