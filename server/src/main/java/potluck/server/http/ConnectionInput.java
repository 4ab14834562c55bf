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
 * The bytes that a caller sends on one connection. While an answer is pending, they can be read
 * ahead: they are kept for the next request, and a disconnect is noticed at once. Read by the
 * connection's thread; observed by others.
 */
final class ConnectionInput implements Supplier<byte[]> {
  private static final long MAX_UNREAD = 1 << 20;

  private final DataReader firstBytes;
  private final HelidonSocket socket;
  private @Nullable CompletableFuture<byte[]> readAhead;
  private final ConnectionTimeouts timeouts;
  private volatile @Nullable Failure rejection;
  private volatile boolean unusable;
  private volatile Runnable whenClosed = () -> {};
  private volatile boolean closed;
  private boolean ended;
  private boolean fullyRead;

  /**
   * @param first what was read already to detect the protocol
   */
  ConnectionInput(DataReader first, HelidonSocket socket, ServerLimits.ConnectionLimits limits) {
    this.timeouts = new ConnectionTimeouts(limits);
    this.firstBytes = first;
    this.socket = socket;
  }

  /** The timeouts of this connection. */
  ConnectionTimeouts timeouts() {
    return timeouts;
  }

  /**
   * Rejects this connection: there are too many.
   *
   * @param why sent to the caller
   */
  void reject(Failure why) {
    rejection = why;
    timeouts.rejecting();
  }

  /** Why this connection is rejected; null if it is not. */
  @Nullable Failure rejection() {
    return rejection;
  }

  /** Nothing more can be read safely from this connection, so no further request is answered. */
  void markUnusable() {
    unusable = true;
  }

  /** Whether this connection ends with the next answer. */
  boolean unusable() {
    return unusable;
  }

  /**
   * The last request was read completely and nothing more is expected, so closing loses nothing.
   */
  void markFullyRead() {
    fullyRead = true;
  }

  /** Closes the connection if a timeout has passed. */
  void closeIfOverdue(long now) {
    if (timeouts.isOverdue(now)) {
      close();
    }
  }

  /** Closes the connection if it has been idle for so many nanoseconds. */
  void closeIfIdle(long now, long atLeast) {
    if (timeouts.idleNanos(now) >= atLeast) {
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
   * Reads what the caller still sends after its last answer, for a moment: closing with unread data
   * would send a reset, which destroys the answer.
   */
  void drainBeforeClose() {
    if (ended || fullyRead) {
      return;
    }
    timeouts.beginDraining();
    try {
      long taken = 0;
      while (!ended && taken < MAX_UNREAD) {
        byte[] bytes = get();
        taken += bytes == null ? 0 : bytes.length;
      }
    } catch (RuntimeException e) {
      // It is closed already.
    }
  }

  /** All bytes that have arrived, or null at the end, as Helidon expects. */
  @Override
  @SuppressWarnings("NullAway") // DataReader's contract has no annotations.
  public byte[] get() {
    byte[] bytes = next();
    ended |= bytes == null;
    timeouts.bytesArrived(bytes == null ? 0 : bytes.length);
    return bytes;
  }

  @SuppressWarnings("NullAway") // As above.
  private byte[] next() {
    if (firstBytes.available() > 0) {
      return firstBytes.readBytes(firstBytes.available());
    }
    CompletableFuture<byte[]> reading = takeReadAhead();
    if (reading == null) {
      return read();
    }
    try {
      return reading.join();
    } catch (CompletionException e) {
      throw new CloseConnectionException("the connection broke", e.getCause());
    }
  }

  private synchronized @Nullable CompletableFuture<byte[]> takeReadAhead() {
    CompletableFuture<byte[]> reading = readAhead;
    readAhead = null;
    return reading;
  }

  /** Reads ahead from now on, and runs {@code task} when the caller disconnects. */
  synchronized void onClose(Runnable task) {
    whenClosed = task;
    if (closed) {
      task.run();
    } else if (readAhead == null) {
      CompletableFuture<byte[]> reading = new CompletableFuture<>();
      readAhead = reading;
      Thread.ofVirtual().name("read-ahead").start(() -> runReadAhead(reading));
    }
  }

  private void runReadAhead(CompletableFuture<byte[]> reading) {
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
