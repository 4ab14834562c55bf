package potluck.kit;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Listens on a loopback port and runs a {@link ConnectionHandler} on a virtual thread per
 * connection. It knows no protocol. Thread-safe.
 */
public final class LoopbackServer implements AutoCloseable {
  /** The server's side of one connection, which is e when the method returns. */
  @FunctionalInterface
  public interface ConnectionHandler {
    /** Serves one connection. */
    void handle(ServerConnection peer) throws IOException;
  }

  private final ServerSocket server;
  private final ConnectionHandler handler;
  private final Set<Socket> openConnections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger acceptedConnections = new AtomicInteger();

  private LoopbackServer(ServerSocket server, ConnectionHandler handler) {
    this.server = server;
    this.handler = handler;
  }

  /** Starts on a free port. */
  public static LoopbackServer start(ConnectionHandler handler) throws IOException {
    return start(0, handler);
  }

  /** Starts on a loopback port; 0 chooses a free one. */
  public static LoopbackServer start(int port, ConnectionHandler handler) throws IOException {
    return start(new ServerSocket(port, 1024, InetAddress.getLoopbackAddress()), handler);
  }

  /** Uses a bound socket, such as one with TLS. */
  public static LoopbackServer start(ServerSocket server, ConnectionHandler handler) {
    LoopbackServer listener = new LoopbackServer(server, handler);
    Thread.ofVirtual().name("listener-" + listener.port()).start(listener::accept);
    return listener;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        acceptedConnections.incrementAndGet();
        openConnections.add(socket);
        if (server.isClosed()) {
          socket.close();
        }
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      handler.handle(new ServerConnection(socket));
    } catch (IOException e) {
      // The client has left, which tests do on purpose.
    } finally {
      openConnections.remove(socket);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  /** Base address such as {@code http://127.0.0.1:8080}. */
  public String address() {
    return "http://127.0.0.1:" + port();
  }

  /** How many connections have been accepted so far. */
  public int acceptedConnections() {
    return acceptedConnections.get();
  }

  /** How many connections are open now. */
  public int openConnections() {
    return openConnections.size();
  }

  /** Closes the port and all connections. */
  @Override
  public void close() {
    closeQuietly(server);
    openConnections.forEach(LoopbackServer::closeQuietly);
  }

  private static void closeQuietly(Closeable target) {
    try {
      target.close();
    } catch (IOException e) {
      // Nothing is left to close.
    }
  }
}
