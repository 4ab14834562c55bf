package potluck.server.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A connection on which a test writes whatever bytes it likes. For one thread. */
public final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket = new Socket();

  public RawClient(TestServer server) throws IOException {
    this(server, "127.0.0.1");
  }

  /**
   * @param from the address that it comes from, one of this machine's
   */
  public RawClient(TestServer server, String from) throws IOException {
    this(URI.create(server.url()).getPort(), from);
  }

  /**
   * @param port on this machine to connect to
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

  /** Says that nothing more will be sent. */
  public RawClient closeOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Writes what is taken, and stops where the other side has closed. */
  public RawClient writeIgnoringErrors(String text) {
    try {
      write(text);
    } catch (IOException e) {
      // It was closed before all of it went; what was said before can be read all the same.
    }
    return this;
  }

  /**
   * All that comes until the connection is closed, by its end or by a reset.
   *
   * @throws AssertionError where it stays open
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

  /** The first line of an answer and what follows it in the same piece; empty at the end. */
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
