package potluck.server.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;

/**
 * The bytes that a caller sends on one connection. While an answer is awaited, they can be read
 * ahead: what comes is kept for the next request, and the end of the connection is noticed when it
 * happens. Read by the connection's thread; watched from any.
 */
final class Incoming implements Supplier<byte[]> {
  private static final long MOST_UNREAD = 1 << 20;

  private final DataReader first;
  private final HelidonSocket socket;
  private @Nullable CompletableFuture<byte[]> ahead;
  private final Patience patience;
  private volatile @Nullable Failure turnedAway;
  private volatile boolean spoilt;
  private volatile Runnable whenClosed = () -> {};
  private volatile boolean closed;
  private boolean ended;

  /**
   * @param first what was read already to see which protocol is spoken
   */
  Incoming(DataReader first, HelidonSocket socket, Fence fence) {
    this.patience = new Patience(fence);
    this.first = first;
    this.socket = socket;
  }

  /** How long this connection may take for what it does now. */
  Patience patience() {
    return patience;
  }

  /**
   * This connection is one too many.
   *
   * @param why told to whoever asks for something on it
   */
  void turnAway(Failure why) {
    turnedAway = why;
    patience.farewell();
  }

  /** Why nothing is given on this connection; null where something is. */
  @Nullable Failure turnedAway() {
    return turnedAway;
  }

  /** What comes next on this connection cannot be told from what came: no more is answered. */
  void spoil() {
    spoilt = true;
  }

  /** Whether the next answer is the last one. */
  boolean spoilt() {
    return spoilt;
  }

  /** The caller has said that this was all: there is nothing to wait for once it is answered. */
  void nothingFollows() {
    ended = true;
  }

  /** Closes the connection if it has taken too long. */
  void closeIfOverdue(long now) {
    if (patience.overdue(now)) {
      close();
    }
  }

  /** Closes the connection if nothing is under way on it, and was not for so many nanoseconds. */
  void closeIfIdle(long now, long atLeast) {
    if (patience.rested(now) >= atLeast) {
      close();
    }
  }

  void close() {
    try {
      socket.close();
    } catch (UncheckedIOException e) {
      // Its own thread was faster.
    }
  }

  /**
   * Takes what the caller still sends after its last answer, for a moment: to close before it is
   * read would take the answer away again, as a reset does.
   */
  void linger() {
    if (ended) {
      return;
    }
    patience.lingering();
    try {
      long taken = 0;
      while (!ended && taken < MOST_UNREAD) {
        byte[] bytes = get();
        taken += bytes == null ? 0 : bytes.length;
      }
    } catch (RuntimeException e) {
      // It is closed already.
    }
  }

  /** All that has arrived, or null at the end, as Helidon wants it. */
  @Override
  @SuppressWarnings("NullAway") // DataReader's contract, which is not annotated.
  public byte[] get() {
    byte[] bytes = next();
    ended |= bytes == null;
    patience.arrived(bytes == null ? 0 : bytes.length);
    return bytes;
  }

  @SuppressWarnings("NullAway") // As above.
  private byte[] next() {
    if (first.available() > 0) {
      return first.readBytes(first.available());
    }
    CompletableFuture<byte[]> reading = taken();
    if (reading == null) {
      return read();
    }
    try {
      return reading.join();
    } catch (CompletionException e) {
      throw new CloseConnectionException("the connection broke", e.getCause());
    }
  }

  private synchronized @Nullable CompletableFuture<byte[]> taken() {
    CompletableFuture<byte[]> reading = ahead;
    ahead = null;
    return reading;
  }

  /** Reads ahead from now on, and runs {@code task} when the caller closes the connection. */
  synchronized void watch(Runnable task) {
    whenClosed = task;
    if (closed) {
      task.run();
    } else if (ahead == null) {
      CompletableFuture<byte[]> reading = new CompletableFuture<>();
      ahead = reading;
      Thread.ofVirtual().name("read ahead").start(() -> readAhead(reading));
    }
  }

  private void readAhead(CompletableFuture<byte[]> reading) {
    byte @Nullable [] bytes = null;
    try {
      bytes = read();
      reading.complete(bytes);
    } catch (RuntimeException e) {
      reading.completeExceptionally(e);
    }
    if (bytes == null) {
      closed = true;
      whenClosed.run();
    }
  }

  private byte[] read() {
    try {
      return socket.get();
    } catch (UncheckedIOException e) {
      throw new CloseConnectionException("the connection broke", e);
    }
  }
}
