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
final class Drips implements AutoCloseable {
  /** So many come from each address, fewer than one address may have. */
  private static final int FROM_ONE = 500;

  private static final long EVERY_NANOS = 1_000_000_000;
  private static final byte[] BEGUN =
      "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-slow: "
          .getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final int many;
  private final Selector selector = Selector.open();
  private final Drip[] drips;
  private final List<Long> lives = new ArrayList<>();
  private final Thread thread;
  private long told;
  private int open;
  private volatile boolean over;

  private static final class Drip {
    private final String from;
    private SocketChannel channel;
    private long begun;
    private long next;

    private Drip(String from, SocketChannel channel) {
      this.from = from;
      this.channel = channel;
    }
  }

  Drips(int port, int many) throws IOException {
    this.port = port;
    this.many = many;
    this.drips = new Drip[many];
    this.thread = Thread.ofPlatform().name("drips").start(this::run);
  }

  private void run() {
    try {
      for (int i = 0; i < many && !over; i++) {
        // Spread over a second, as they will be from then on.
        drips[i] = new Drip("127.0.0." + (2 + i / FROM_ONE), SocketChannel.open());
        begin(drips[i], System.nanoTime());
        if (i % 100 == 99) {
          turn();
        }
      }
      while (!over) {
        turn();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void turn() throws IOException {
    selector.select(this::ended, 10);
    long now = System.nanoTime();
    for (Drip drip : drips) {
      if (drip != null && now - drip.next >= 0) {
        if (drip.channel.isOpen()) {
          drip.next = now + EVERY_NANOS;
          drop(drip);
        } else {
          begin(drip, now);
        }
      }
    }
  }

  private void begin(Drip drip, long now) {
    try {
      drip.next = now + EVERY_NANOS;
      drip.channel = SocketChannel.open();
      drip.channel.bind(new InetSocketAddress(drip.from, 0));
      drip.channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      drip.channel.configureBlocking(false);
      drip.channel.register(selector, SelectionKey.OP_READ, drip);
      drip.channel.write(ByteBuffer.wrap(BEGUN));
      drip.begun = now;
      count(1);
    } catch (IOException e) {
      // It is tried again in a second.
      close(drip.channel);
    }
  }

  private void drop(Drip drip) {
    try {
      drip.channel.write(ByteBuffer.wrap(new byte[] {'a'}));
    } catch (IOException e) {
      gone(drip);
    }
  }

  private void ended(SelectionKey key) {
    Drip drip = (Drip) key.attachment();
    try {
      int read = drip.channel.read(ByteBuffer.allocate(4096));
      if (read > 0) {
        told();
        return;
      }
      if (read == 0) {
        return;
      }
    } catch (IOException e) {
      // A reset: it was closed as well.
    }
    gone(drip);
  }

  private void gone(Drip drip) {
    if (drip.channel.isOpen()) {
      close(drip.channel);
      count(-1);
      lived(System.nanoTime() - drip.begun);
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

  private synchronized void told() {
    told++;
  }

  private synchronized void lived(long nanos) {
    lives.add(nanos);
  }

  /** How many there are now. */
  synchronized int open() {
    return open;
  }

  /** How many were closed and after what time, and how many of them were told why. */
  synchronized String said() {
    long[] nanos = lives.stream().mapToLong(Long::longValue).sorted().toArray();
    return nanos.length == 0
        ? "none was closed"
        : "%d were closed, after %.1f s (median), %.1f to %.1f s (1 %% to 99 %%); %d were told why"
            .formatted(
                nanos.length,
                nanos[nanos.length / 2] / 1e9,
                nanos[nanos.length / 100] / 1e9,
                nanos[nanos.length * 99 / 100] / 1e9,
                told);
  }

  @Override
  public void close() throws IOException {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Arrays.stream(drips).filter(drip -> drip != null).forEach(drip -> close(drip.channel));
    selector.close();
  }
}
