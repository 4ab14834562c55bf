package potluck.kit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;

/**
 * A client that sends one request and then reads no more than it is told to, through a small
 * receive window: what it does not read must wait at the server. For one thread.
 */
public final class SlowReader implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  /** Connects to a loopback port with a receive buffer of about {@code window} bytes. */
  public SlowReader(int port, int window) throws IOException {
    socket = new Socket();
    // Before connecting, or else the kernel has promised a larger window already.
    socket.setOption(StandardSocketOptions.SO_RCVBUF, window);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = socket.getInputStream();
  }

  /** Sends a request as it is written here, head and body. */
  public void send(String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads exactly {@code count} bytes, or up to the end of the connection. */
  public byte[] read(int count) throws IOException {
    return in.readNBytes(count);
  }

  /** Reads to the end of the connection. */
  public byte[] readAll() throws IOException {
    return in.readAllBytes();
  }

  /** Goes away without reading the rest: the server gets a reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Says that nothing more will be sent, as who closes a window does: the server gets a FIN. */
  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
