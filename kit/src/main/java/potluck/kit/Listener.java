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
 * is said is up to the {@link Talk}. Thread-safe.
 */
public final class Listener implements AutoCloseable {
  /** What one side says to the other on one connection; the connection closes when it returns. */
  @FunctionalInterface
  public interface Talk {
    void with(Peer peer) throws IOException;
  }

  private final ServerSocket server;
  private final Talk talk;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();

  private Listener(ServerSocket server, Talk talk) {
    this.server = server;
    this.talk = talk;
  }

  /** Listens on a port of the system's choice. */
  public static Listener start(Talk talk) throws IOException {
    return start(0, talk);
  }

  /** Listens on that port of the loopback address; 0 lets the system choose. */
  public static Listener start(int port, Talk talk) throws IOException {
    return start(new ServerSocket(port, 1024, InetAddress.getLoopbackAddress()), talk);
  }

  /** Takes over a bound socket, such as one of TLS. */
  public static Listener start(ServerSocket server, Talk talk) {
    var listener = new Listener(server, talk);
    Thread.ofVirtual().name("listener-" + listener.port()).start(listener::accept);
    return listener;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        accepted.incrementAndGet();
        open.add(socket);
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
      talk.with(new Peer(socket));
    } catch (IOException gone) {
      // The other side has gone: for a fake that is an event like any other.
    } finally {
      open.remove(socket);
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
  public int accepted() {
    return accepted.get();
  }

  /** How many connections are open now. */
  public int open() {
    return open.size();
  }

  /** Closes the port and every connection. */
  @Override
  public void close() {
    closeQuietly(server);
    open.forEach(Listener::closeQuietly);
  }

  private static void closeQuietly(Closeable target) {
    try {
      target.close();
    } catch (IOException alreadyGone) {
      // Nothing is left to close.
    }
  }
}
