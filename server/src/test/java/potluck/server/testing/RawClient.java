package potluck.server.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A TCP connection on which a test can write any bytes. Not thread-safe. */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket = new Socket();

  public RawClient(TestServer server) throws IOException {
    this(server, "127.0.0.1");
  }

  /**
   * @param from the local address to connect from
   */
  public RawClient(TestServer server, String from) throws IOException {
    this(URI.create(server.url()).getPort(), from);
  }

  /**
   * @param port the loopback port to connect to
   */
  public RawClient(int port, String from) throws IOException {
    socket.bind(new InetSocketAddress(from, 0));
    socket.setSoTimeout(TIMEOUT_MS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  public RawClient write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public RawClient write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Closes the sending side of the connection (half-close). */
  public RawClient closeOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Writes as much as possible; ignores the error if the server has closed the connection. */
  public RawClient writeIgnoringErrors(String text) {
    try {
      write(text);
    } catch (IOException e) {
      // The server closed the connection early; its answer can still be read.
    }
    return this;
  }

  /**
   * Reads until the server closes or resets the connection.
   *
   * @throws AssertionError if the connection is still open after 20 s without data
   */
  public String readAll() throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    InputStream in = socket.getInputStream();
    while (true) {
      try {
        int read = in.read(buffer);
        if (read < 0) {
          return text.toString();
        }
        text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
      } catch (SocketTimeoutException e) {
        throw new AssertionError("the connection stays open after: " + text, e);
      } catch (IOException e) {
        return text.toString(); // A reset.
      }
    }
  }

  /** The result of one read, usually a status line and more; empty at the end of the stream. */
  public String readOnce() throws IOException {
    byte[] buffer = new byte[8192];
    int read = socket.getInputStream().read(buffer);
    return read < 0 ? "" : new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
