package potluck.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * A TCP proxy between a front proxy and the node. It records the bytes of each connection in both
 * directions. Thread-safe.
 */
final class RecordingProxy implements AutoCloseable {
  private static final Pattern ANSWER = Pattern.compile("(?m)^HTTP/1\\.1 [2-5][0-9]{2} ");

  private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final List<RecordedConnection> lines = new CopyOnWriteArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** The recorded bytes of one connection. */
  static final class RecordedConnection {
    private final ByteArrayOutputStream requestBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream responseBytes = new ByteArrayOutputStream();

    /**
     * How many requests the front proxy passed on, counted by the header that it adds.
     *
     * @param mark the name of this header
     */
    int wasForwarded(String mark) {
      return requestBytes.toString(ISO_8859_1).split("(?i)\r\n" + mark + ": ", -1).length - 1;
    }

    /** Whether the connection began with this request and the node answered 200. */
    boolean succeeded(String request) {
      return requestBytes.toString(ISO_8859_1).startsWith(request)
          && responseBytes.toString(ISO_8859_1).startsWith("HTTP/1.1 200 ");
    }

    /** How many requests the node answered. */
    long wasAccepted() {
      return ANSWER.matcher(responseBytes.toString(ISO_8859_1)).results().count();
    }

    @Override
    public String toString() {
      return "--- asked:\n"
          + requestBytes.toString(ISO_8859_1)
          + "\n--- answered:\n"
          + responseBytes.toString(ISO_8859_1);
    }
  }

  /**
   * @param node the port of the node
   */
  RecordingProxy(int node) throws IOException {
    Thread.ofVirtual().start(() -> run(node));
  }

  private void run(int node) {
    while (!closed.get()) {
      try {
        Socket front = listener.accept();
        Socket back = new Socket(InetAddress.getLoopbackAddress(), node);
        RecordedConnection line = new RecordedConnection();
        lines.add(line);
        Thread.ofVirtual().start(() -> pass(front, back, line.requestBytes));
        Thread.ofVirtual().start(() -> pass(back, front, line.responseBytes));
      } catch (IOException e) {
        // This proxy is closed, or the front proxy closed the connection first.
      }
    }
  }

  private static void pass(Socket from, Socket to, ByteArrayOutputStream written) {
    byte[] buffer = new byte[16384];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        written.write(buffer, 0, read);
        out.write(buffer, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      close(from);
      close(to);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is unusable anyway.
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** All connections so far. */
  List<RecordedConnection> lines() {
    return lines;
  }

  @Override
  public void close() throws IOException {
    closed.set(true);
    listener.close();
  }
}
