package potluck.kit.trial;

import java.io.IOException;
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
 * Connections from many addresses of this machine, each with a request whose head never ends: a
 * byte a second. What is closed is opened again, so that they stay as many. Thread-safe.
 */
final class SlowConnections implements AutoCloseable {
  /** So many come from each address, fewer than one address may have. */
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

    private SlowConnection(String from, SocketChannel channel) {
      this.localAddress = from;
      this.channel = channel;
    }
  }

  SlowConnections(int port, int many) throws IOException {
    this.port = port;
    this.size = many;
    this.connections = new SlowConnection[many];
    this.thread = Thread.ofPlatform().name("drips").start(this::run);
  }

  private void run() {
    try {
      for (int i = 0; i < size && !stopped; i++) {
        // Spread over a second, as they will be from then on.
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
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void step() throws IOException {
    selector.select(this::readable, 10);
    long now = System.nanoTime();
    for (SlowConnection drip : connections) {
      if (drip != null && now - drip.nextByteAt >= 0) {
        if (drip.channel.isOpen()) {
          drip.nextByteAt = now + BYTE_INTERVAL_NANOS;
          sendByte(drip);
        } else {
          begin(drip, now);
        }
      }
    }
  }

  private void begin(SlowConnection drip, long now) {
    try {
      drip.nextByteAt = now + BYTE_INTERVAL_NANOS;
      drip.channel = SocketChannel.open();
      drip.channel.bind(new InetSocketAddress(drip.localAddress, 0));
      drip.channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      drip.channel.configureBlocking(false);
      drip.channel.register(selector, SelectionKey.OP_READ, drip);
      drip.channel.write(ByteBuffer.wrap(HEAD_START));
      drip.openedAt = now;
      count(1);
    } catch (IOException e) {
      // It is tried again in a second.
      close(drip.channel);
    }
  }

  private void sendByte(SlowConnection drip) {
    try {
      drip.channel.write(ByteBuffer.wrap(new byte[] {'a'}));
    } catch (IOException e) {
      closed(drip);
    }
  }

  private void readable(SelectionKey key) {
    SlowConnection drip = (SlowConnection) key.attachment();
    try {
      int read = drip.channel.read(ByteBuffer.allocate(4096));
      if (read > 0) {
        answered();
        return;
      }
      if (read == 0) {
        return;
      }
    } catch (IOException e) {
      // A reset: it was closed as well.
    }
    closed(drip);
  }

  private void closed(SlowConnection drip) {
    if (drip.channel.isOpen()) {
      close(drip.channel);
      count(-1);
      addLifetime(System.nanoTime() - drip.openedAt);
    }
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
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

  /** How many there are now. */
  synchronized int open() {
    return open;
  }

  /** How many were closed and after what time, and how many of them were told why. */
  synchronized String summary() {
    long[] nanos = lifetimes.stream().mapToLong(Long::longValue).sorted().toArray();
    return nanos.length == 0
        ? "none was closed"
        : "%d were closed, after %.1f s (median), %.1f to %.1f s (1 %% to 99 %%); %d were told why"
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
    Arrays.stream(connections).filter(drip -> drip != null).forEach(drip -> close(drip.channel));
    selector.close();
  }
}
