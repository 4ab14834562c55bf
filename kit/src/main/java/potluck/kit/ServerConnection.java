package potluck.kit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection, seen from a server: reads requests strictly, writes whatever it is
 * told to. For one thread.
 */
public final class ServerConnection {
  private static final int MAX_HEAD_BYTES = 64 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  ServerConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    this.out = socket.getOutputStream();
  }

  /**
   * The next request, with its whole body.
   *
   * @return null when the other side has closed the connection between two requests
   * @throws ProtocolException for a request that is not well formed
   */
  public @Nullable ReceivedRequest readRequest() throws IOException {
    @Nullable String head = readHead();
    if (head == null) return null;
    String[] lines = head.split("\r\n");
    String[] first = lines[0].split(" ", -1);
    if (first.length != 3 || !first[2].equals("HTTP/1.1")) throw malformed("request line");
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) headers.add(header(lines[i]));
    var request = new ReceivedRequest(first[0], first[1], List.copyOf(headers), head, new byte[0]);
    if (request.headers().stream().filter(h -> h.getKey().equals("host")).count() != 1)
      throw malformed("host");
    return new ReceivedRequest(first[0], first[1], request.headers(), head, readBody(request));
  }

  /** The next request; the end of the connection is an {@link EOFException} here. */
  public ReceivedRequest expectRequest() throws IOException {
    @Nullable ReceivedRequest request = readRequest();
    if (request == null) throw new EOFException("no request");
    return request;
  }

  private static Map.Entry<String, String> header(String line) throws ProtocolException {
    int colon = line.indexOf(':');
    if (colon < 1 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+"))
      throw malformed("header name");
    return new SimpleImmutableEntry<>(
        line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
  }

  private @Nullable String readHead() throws IOException {
    var head = new ByteArrayOutputStream();
    int state = 0;
    while (state < 4) {
      int b = in.read();
      if (b < 0) {
        if (head.size() == 0) return null;
        throw new EOFException("inside a request head");
      }
      head.write(b);
      if (head.size() > MAX_HEAD_BYTES) throw malformed("head: too long");
      boolean wanted = b == (state % 2 == 0 ? '\r' : '\n');
      if (!wanted && (b == '\n' || state % 2 == 1)) throw malformed("line end");
      state = wanted ? state + 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private byte[] readBody(ReceivedRequest request) throws IOException {
    String length = request.header("content-length").orElse("");
    if (request.header("transfer-encoding").isPresent()) {
      if (!length.isEmpty()) throw malformed("length and transfer coding");
      return readChunks();
    }
    if (length.isEmpty()) return new byte[0];
    if (!length.matches("[0-9]{1,9}")) throw malformed("length");
    byte[] body = in.readNBytes(Integer.parseInt(length));
    if (body.length < Integer.parseInt(length)) throw new EOFException("inside a request body");
    return body;
  }

  private byte[] readChunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(readLine(), 16);
      body.write(in.readNBytes(size));
      if (!readLine().isEmpty()) throw malformed("chunk");
      if (size == 0) return body.toByteArray();
    }
  }

  private String readLine() throws IOException {
    var line = new StringBuilder();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) throw new EOFException("inside a chunk line");
      line.append((char) b);
    }
    if (in.read() != '\n') throw malformed("line end");
    return line.toString();
  }

  private static ProtocolException malformed(String what) {
    return new ProtocolException("malformed " + what);
  }

  /** Writes text as UTF-8, in one write. */
  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What one read of the socket brings, up to 64 KiB, as Latin-1 text: to see how it was sent. */
  public String readOnce() throws IOException {
    var bytes = new byte[64 * 1024];
    int count = in.read(bytes);
    return new String(bytes, 0, Math.max(0, count), StandardCharsets.ISO_8859_1);
  }

  /** In one write. */
  public void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Blocks until the other side has closed or reset the connection; what it says is dropped. */
  public void awaitEnd() {
    var dropped = new byte[8192];
    try {
      while (in.read(dropped) >= 0) {}
    } catch (IOException reset) {
      // A reset is an end as well.
    }
  }

  /** Passes on what the other side says until it ends, for a proxy. */
  public void copyTo(OutputStream to) {
    try {
      in.transferTo(to);
    } catch (IOException gone) {
      // One of the two sides has gone; the other notices by itself.
    }
  }

  /** Blocks until the other side says more, and leaves it unread, or leaves: then it is true. */
  boolean clientLeaves() {
    try {
      in.mark(1);
      if (in.read() < 0) return !socket.isClosed();
      in.reset();
      return false;
    } catch (IOException broken) {
      return !socket.isClosed();
    }
  }

  /** Blocks until this side has closed the connection: {@code copyTo} sees the other side's end. */
  void awaitClosed() {
    while (!socket.isClosed()) LockSupport.parkNanos(10_000_000);
  }

  /** Ends the connection with a reset in place of a close. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  public void close() throws IOException {
    socket.close();
  }
}
