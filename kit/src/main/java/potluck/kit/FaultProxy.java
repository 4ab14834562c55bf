package potluck.kit;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy in front of a loopback port that injects faults, reproducible by a seed. It knows no
 * protocol, so it also works with TLS. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private final int target;
  private volatile Faults faults;
  private final Set<ServerConnection> clients = ConcurrentHashMap.newKeySet();
  private final LoopbackServer listener;

  /** Listens on a free port and forwards to the port {@code target}. */
  public FaultProxy(int target, Faults faults) throws IOException {
    this(0, target, faults);
  }

  /** Listens on the loopback port {@code port} and forwards to the port {@code target}. */
  public FaultProxy(int port, int target, Faults faults) throws IOException {
    this.target = target;
    this.faults = faults;
    this.listener = LoopbackServer.start(port, this::relay);
  }

  /** The port that it listens on. */
  public int port() {
    return listener.port();
  }

  /** Base address such as {@code http://127.0.0.1:8080}. */
  public String address() {
    return listener.address();
  }

  /** Sets the faults of later connections. */
  public void setFaults(Faults next) {
    faults = next;
  }

  /** Closes all client connections now, without a TLS close. */
  public void closeClients() throws IOException {
    for (ServerConnection client : clients) {
      client.close();
    }
  }

  /** Resets all client connections now. */
  public void resetClients() throws IOException {
    for (ServerConnection client : clients) {
      client.reset();
    }
  }

  private void relay(ServerConnection client) throws IOException {
    Faults current = faults;
    clients.add(client);
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      server.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> copyToServer(client, server));
      copyToClient(server.getInputStream(), client, current);
    } finally {
      clients.remove(client);
    }
  }

  /** Closes the connection to the server when the client has left. */
  private static void copyToServer(ServerConnection client, Socket server) {
    try (server) {
      client.copyTo(server.getOutputStream());
    } catch (IOException e) {
      // The server has closed; the other direction detects it.
    }
  }

  private static void copyToClient(InputStream from, ServerConnection client, Faults faults)
      throws IOException {
    Random random = new Random(faults.seed());
    byte[] buffer = new byte[16 * 1024];
    long passed = 0;
    while (true) {
      int max = faults.slice() == 0 ? buffer.length : 1 + random.nextInt(faults.slice());
      if (faults.endAfterBytes() >= 0) {
        max = (int) Math.min(max, faults.endAfterBytes() - passed);
      }
      if (max == 0) {
        end(client, faults.ending());
        return;
      }
      int count = from.read(buffer, 0, max);
      if (count < 0) {
        return;
      }
      if (!faults.delay().isZero()) {
        LockSupport.parkNanos(faults.delay().toNanos());
      }
      client.write(Arrays.copyOf(buffer, count));
      passed += count;
    }
  }

  private static void end(ServerConnection client, Faults.Ending ending) throws IOException {
    switch (ending) {
      case CLOSE -> client.close();
      case RESET -> client.reset();
      case BLACKHOLE -> client.awaitClosed();
    }
  }

  @Override
  public void close() {
    listener.close();
  }
}
