package potluck.kit.trial;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Connections from many loopback addresses, each of which sends an endless request head, one byte
 * per second. A closed connection is opened again, so that their number stays the same.
 * Thread-safe.
 */
final class SlowConnections implements AutoCloseable {
  /** Fewer than the server allows per address. */
  private static final int MAX_PER_ADDRESS = 500;

  private static final long BYTE_INTERVAL_NANOS = 1_000_000_000;
  private static final byte[] HEAD_START =
      "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-slow: "
          .getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final int size;
  private final Selector selector = Selector.open();
  private final SlowConnection[] connections;
  private final List<Long> lifetimes = new ArrayList<>();
  private final Thread thread;
  private long answered;
  private int open;
  private volatile boolean stopped;

  private static final class SlowConnection {
    private final String localAddress;
    private SocketChannel channel;
    private long openedAt;
    private long nextByteAt;

    private SlowConnection(String localAddress, SocketChannel channel) {
      this.localAddress = localAddress;
      this.channel = channel;
    }
  }

  /**
   * @param size number of connections
   */
  SlowConnections(int port, int size) throws IOException {
    this.port = port;
    this.size = size;
    this.connections = new SlowConnection[size];
    this.thread = Thread.ofPlatform().name("slow-connections").start(this::run);
  }

  private void run() {
    try {
      for (int i = 0; i < size && !stopped; i++) {
        // Connections start one after another, so that their bytes are spread over each second.
        connections[i] =
            new SlowConnection("127.0.0." + (2 + i / MAX_PER_ADDRESS), SocketChannel.open());
        begin(connections[i], System.nanoTime());
        if (i % 100 == 99) {
          step();
        }
      }
      while (!stopped) {
        step();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void step() throws IOException {
    selector.select(this::readable, 10);
    long now = System.nanoTime();
    for (SlowConnection connection : connections) {
      if (connection != null && now - connection.nextByteAt >= 0) {
        if (connection.channel.isOpen()) {
          connection.nextByteAt = now + BYTE_INTERVAL_NANOS;
          sendByte(connection);
        } else {
          begin(connection, now);
        }
      }
    }
  }

  private void begin(SlowConnection connection, long now) {
    try {
      connection.nextByteAt = now + BYTE_INTERVAL_NANOS;
      connection.channel = SocketChannel.open();
      connection.channel.bind(new InetSocketAddress(connection.localAddress, 0));
      connection.channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      connection.channel.configureBlocking(false);
      connection.channel.register(selector, SelectionKey.OP_READ, connection);
      connection.channel.write(ByteBuffer.wrap(HEAD_START));
      connection.openedAt = now;
      count(1);
    } catch (IOException e) {
      // Tried again after a second.
      close(connection.channel);
    }
  }

  private void sendByte(SlowConnection connection) {
    try {
      connection.channel.write(ByteBuffer.wrap(new byte[] {'a'}));
    } catch (IOException e) {
      closed(connection);
    }
  }

  private void readable(SelectionKey key) {
    SlowConnection connection = (SlowConnection) key.attachment();
    try {
      int read = connection.channel.read(ByteBuffer.allocate(4096));
      if (read > 0) {
        answered();
        return;
      }
      if (read == 0) {
        return;
      }
    } catch (IOException e) {
      // A reset also closes the connection.
    }
    closed(connection);
  }

  private void closed(SlowConnection connection) {
    if (connection.channel.isOpen()) {
      close(connection.channel);
      count(-1);
      addLifetime(System.nanoTime() - connection.openedAt);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Closed anyway.
    }
  }

  private synchronized void count(int more) {
    open += more;
  }

  private synchronized void answered() {
    answered++;
  }

  private synchronized void addLifetime(long nanos) {
    lifetimes.add(nanos);
  }

  /** Number of connections that are open now. */
  synchronized int open() {
    return open;
  }

  /**
   * How many connections were closed, how long they lived, and how many of them got an answer
   * first.
   */
  synchronized String summary() {
    long[] nanos = lifetimes.stream().mapToLong(Long::longValue).sorted().toArray();
    return nanos.length == 0
        ? "no connection was closed"
        : "%d were closed, after %.1f s (median), %.1f to %.1f s (1 %% to 99 %%); %d were answered"
            .formatted(
                nanos.length,
                nanos[nanos.length / 2] / 1e9,
                nanos[nanos.length / 100] / 1e9,
                nanos[nanos.length * 99 / 100] / 1e9,
                answered);
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Arrays.stream(connections)
        .filter(connection -> connection != null)
        .forEach(connection -> close(connection.channel));
    selector.close();
  }
}
