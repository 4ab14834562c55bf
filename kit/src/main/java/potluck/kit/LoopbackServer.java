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
 * Listens on a loopback port and gives each connection a virtual thread. It knows no protocol: what
 * is said is up to the {@link ConnectionHandler}. Thread-safe.
 */
public final class LoopbackServer implements AutoCloseable {
  /** What one side says to the other on one connection; the connection closes when it returns. */
  @FunctionalInterface
  public interface ConnectionHandler {
    void handle(ServerConnection peer) throws IOException;
  }

  private final ServerSocket server;
  private final ConnectionHandler handler;
  private final Set<Socket> openConnections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger acceptedConnections = new AtomicInteger();

  private LoopbackServer(ServerSocket server, ConnectionHandler talk) {
    this.server = server;
    this.handler = talk;
  }

  /** Listens on a port of the system's choice. */
  public static LoopbackServer start(ConnectionHandler talk) throws IOException {
    return start(0, talk);
  }

  /** Listens on that port of the loopback address; 0 lets the system choose. */
  public static LoopbackServer start(int port, ConnectionHandler talk) throws IOException {
    return start(new ServerSocket(port, 1024, InetAddress.getLoopbackAddress()), talk);
  }

  /** Takes over a bound socket, such as one of TLS. */
  public static LoopbackServer start(ServerSocket server, ConnectionHandler talk) {
    var listener = new LoopbackServer(server, talk);
    Thread.ofVirtual().name("listener-" + listener.port()).start(listener::accept);
    return listener;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        acceptedConnections.incrementAndGet();
        openConnections.add(socket);
        if (server.isClosed()) socket.close();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      handler.handle(new ServerConnection(socket));
    } catch (IOException gone) {
      // The other side has gone: for a fake that is an event like any other.
    } finally {
      openConnections.remove(socket);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Such as {@code http://127.0.0.1:8080}. */
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

  /** Closes the port and every connection. */
  @Override
  public void close() {
    closeQuietly(server);
    openConnections.forEach(LoopbackServer::closeQuietly);
  }

  private static void closeQuietly(Closeable target) {
    try {
      target.close();
    } catch (IOException alreadyGone) {
      // Nothing is left to close.
    }
  }
}
