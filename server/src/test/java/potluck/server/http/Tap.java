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
 * Between what stands in front and the node: what passes on each connection is written down, both
 * ways. Thread-safe.
 */
final class Tap implements AutoCloseable {
  private static final Pattern ANSWER = Pattern.compile("(?m)^HTTP/1\\.1 [2-5][0-9]{2} ");

  private final ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private final AtomicBoolean over = new AtomicBoolean();

  /** One connection. */
  static final class Line {
    private final ByteArrayOutputStream asked = new ByteArrayOutputStream();
    private final ByteArrayOutputStream answered = new ByteArrayOutputStream();

    /** How often the front says that it passes on a request. */
    int passedOn(String mark) {
      return asked.toString(ISO_8859_1).split("(?i)\r\n" + mark + ": ", -1).length - 1;
    }

    /** Whether it began with this request, and that was answered by 200. */
    boolean saidYes(String request) {
      return asked.toString(ISO_8859_1).startsWith(request)
          && answered.toString(ISO_8859_1).startsWith("HTTP/1.1 200 ");
    }

    /** How many requests the node took it for. */
    long taken() {
      return ANSWER.matcher(answered.toString(ISO_8859_1)).results().count();
    }

    @Override
    public String toString() {
      return "--- asked:\n"
          + asked.toString(ISO_8859_1)
          + "\n--- answered:\n"
          + answered.toString(ISO_8859_1);
    }
  }

  /**
   * @param node where it leads
   */
  Tap(int node) throws IOException {
    Thread.ofVirtual().start(() -> run(node));
  }

  private void run(int node) {
    while (!over.get()) {
      try {
        Socket front = listener.accept();
        Socket back = new Socket(InetAddress.getLoopbackAddress(), node);
        Line line = new Line();
        lines.add(line);
        Thread.ofVirtual().start(() -> pass(front, back, line.asked));
        Thread.ofVirtual().start(() -> pass(back, front, line.answered));
      } catch (IOException e) {
        // It is closed, or the front was faster.
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
      // It is gone either way.
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /** All connections so far. */
  List<Line> lines() {
    return lines;
  }

  @Override
  public void close() throws IOException {
    over.set(true);
    listener.close();
  }
}
