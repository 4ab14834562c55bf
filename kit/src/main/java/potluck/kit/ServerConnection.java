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
 * The server's side of a connection: reads requests strictly, and writes whatever a test gives it.
 * For one thread.
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
   * Reads the next request with its body.
   *
   * @return null if the client has closed the connection between two requests
   * @throws ProtocolException if the request is malformed
   */
  public @Nullable ReceivedRequest readRequest() throws IOException {
    @Nullable String head = readHead();
    if (head == null) {
      return null;
    }
    String[] lines = head.split("\r\n");
    String[] first = lines[0].split(" ", -1);
    if (first.length != 3 || !first[2].equals("HTTP/1.1")) {
      throw malformed("request line");
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (int i = 1; i < lines.length; i++) {
      headers.add(header(lines[i]));
    }
    ReceivedRequest request =
        new ReceivedRequest(first[0], first[1], List.copyOf(headers), head, new byte[0]);
    if (request.headers().stream().filter(h -> h.getKey().equals("host")).count() != 1) {
      throw malformed("host");
    }
    return new ReceivedRequest(first[0], first[1], request.headers(), head, readBody(request));
  }

  /**
   * Reads the next request with its body.
   *
   * @throws EOFException if the client has closed the connection
   */
  public ReceivedRequest expectRequest() throws IOException {
    @Nullable ReceivedRequest request = readRequest();
    if (request == null) {
      throw new EOFException("no request");
    }
    return request;
  }

  private static Map.Entry<String, String> header(String line) throws ProtocolException {
    int colon = line.indexOf(':');
    if (colon < 1 || !line.substring(0, colon).matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
      throw malformed("header name");
    }
    return new SimpleImmutableEntry<>(
        line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
  }

  private @Nullable String readHead() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int state = 0;
    while (state < 4) {
      int b = in.read();
      if (b < 0) {
        if (head.size() == 0) {
          return null;
        }
        throw new EOFException("inside a request head");
      }
      head.write(b);
      if (head.size() > MAX_HEAD_BYTES) {
        throw malformed("head: too long");
      }
      boolean expected = b == (state % 2 == 0 ? '\r' : '\n');
      if (!expected && (b == '\n' || state % 2 == 1)) {
        throw malformed("line end");
      }
      state = expected ? state + 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private byte[] readBody(ReceivedRequest request) throws IOException {
    String length = request.header("content-length").orElse("");
    if (request.header("transfer-encoding").isPresent()) {
      if (!length.isEmpty()) {
        throw malformed("length and transfer coding");
      }
      return readChunks();
    }
    if (length.isEmpty()) {
      return new byte[0];
    }
    if (!length.matches("[0-9]{1,9}")) {
      throw malformed("length");
    }
    byte[] body = in.readNBytes(Integer.parseInt(length));
    if (body.length < Integer.parseInt(length)) {
      throw new EOFException("inside a request body");
    }
    return body;
  }

  private byte[] readChunks() throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(readLine(), 16);
      body.write(in.readNBytes(size));
      if (!readLine().isEmpty()) {
        throw malformed("chunk");
      }
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\r'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("inside a chunk line");
      }
      line.append((char) b);
    }
    if (in.read() != '\n') {
      throw malformed("line end");
    }
    return line.toString();
  }

  private static ProtocolException malformed(String what) {
    return new ProtocolException("malformed " + what);
  }

  /** Writes text as UTF-8, in one write. */
  public void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The bytes that one read of the socket returns, at most 64 KiB, as Latin-1 text. It shows how
   * the client split its writes.
   */
  public String readOnce() throws IOException {
    byte[] bytes = new byte[64 * 1024];
    int count = in.read(bytes);
    return new String(bytes, 0, Math.max(0, count), StandardCharsets.ISO_8859_1);
  }

  /** Writes bytes in one write. */
  public void write(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /** Blocks until the client has closed or reset the connection; its bytes are dropped. */
  public void awaitEnd() {
    byte[] dropped = new byte[8192];
    try {
      while (in.read(dropped) >= 0) {}
    } catch (IOException e) {
      // A reset is an end as well.
    }
  }

  /** Copies the client's bytes until its end, for a proxy. */
  public void copyTo(OutputStream to) {
    try {
      in.transferTo(to);
    } catch (IOException e) {
      // One side has closed; the other direction detects it.
    }
  }

  /**
   * Blocks until the client sends more bytes, which stay unread, or leaves.
   *
   * @return whether the client has left
   */
  boolean clientLeaves() {
    try {
      in.mark(1);
      if (in.read() < 0) {
        return !socket.isClosed();
      }
      in.reset();
      return false;
    } catch (IOException e) {
      return !socket.isClosed();
    }
  }

  /**
   * Blocks until this side has closed the connection. Meanwhile {@link #copyTo} detects the
   * client's end.
   */
  void awaitClosed() {
    while (!socket.isClosed()) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** Closes the connection with a TCP reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Closes the connection. */
  public void close() throws IOException {
    socket.close();
  }
}
