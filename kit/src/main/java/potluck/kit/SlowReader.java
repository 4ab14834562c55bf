package potluck.kit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;

/**
 * A client that reads only as many bytes as a test asks for, with a small receive window, so that
 * unread bytes stay at the server. For one thread.
 */
public final class SlowReader implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  /** Connects to a loopback port with a receive buffer of about {@code window} bytes. */
  public SlowReader(int port, int window) throws IOException {
    socket = new Socket();
    // Must be set before connecting: the kernel announces the window in the handshake.
    socket.setOption(StandardSocketOptions.SO_RCVBUF, window);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = socket.getInputStream();
  }

  /** Sends the raw bytes of a request, head and body. */
  public void send(String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads exactly {@code count} bytes, or until the end of the connection. */
  public byte[] read(int count) throws IOException {
    return in.readNBytes(count);
  }

  /** Reads until the end of the connection. */
  public byte[] readAll() throws IOException {
    return in.readAllBytes();
  }

  /** Closes the connection without reading the rest; the server receives a TCP reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Ends the client's side of the connection; the server receives a FIN. */
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
