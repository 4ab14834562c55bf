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
 * Stands between a client and a loopback port and breaks what passes, by seed. It knows bytes and
 * no protocol, so it also breaks TLS. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {
  private final int target;
  private volatile Faults faults;
  private final Set<ServerConnection> clients = ConcurrentHashMap.newKeySet();
  private final LoopbackServer listener;

  /** Listens on a port of its own and leads to {@code target}. */
  public FaultProxy(int target, Faults faults) throws IOException {
    this(0, target, faults);
  }

  /** Listens on a loopback port that is known from before. */
  public FaultProxy(int port, int target, Faults faults) throws IOException {
    this.target = target;
    this.faults = faults;
    this.listener = LoopbackServer.start(port, this::relay);
  }

  public int port() {
    return listener.port();
  }

  /** Such as {@code http://127.0.0.1:8080}. */
  public String address() {
    return listener.address();
  }

  /** From the next connection on. */
  public void setFaults(Faults next) {
    faults = next;
  }

  /** Closes every connection to a client now, without a word of TLS. */
  public void closeClients() throws IOException {
    for (ServerConnection client : clients) client.close();
  }

  /** Resets every connection to a client now. */
  public void resetClients() throws IOException {
    for (ServerConnection client : clients) client.reset();
  }

  private void relay(ServerConnection client) throws IOException {
    Faults mine = faults;
    clients.add(client);
    try (var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      server.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> copyToServer(client, server));
      copyToClient(server.getInputStream(), client, mine);
    } finally {
      clients.remove(client);
    }
  }

  /** When the client has gone, so has its connection to the server. */
  private static void copyToServer(ServerConnection client, Socket server) {
    try (server) {
      client.copyTo(server.getOutputStream());
    } catch (IOException gone) {
      // The server has gone: the other direction notices by itself.
    }
  }

  private static void copyToClient(InputStream from, ServerConnection client, Faults faults)
      throws IOException {
    var random = new Random(faults.seed());
    var buffer = new byte[16 * 1024];
    long passed = 0;
    while (true) {
      int room = faults.slice() == 0 ? buffer.length : 1 + random.nextInt(faults.slice());
      if (faults.endAfterBytes() >= 0) room = (int) Math.min(room, faults.endAfterBytes() - passed);
      if (room == 0) {
        end(client, faults.ending());
        return;
      }
      int count = from.read(buffer, 0, room);
      if (count < 0) return;
      if (!faults.delay().isZero()) LockSupport.parkNanos(faults.delay().toNanos());
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
