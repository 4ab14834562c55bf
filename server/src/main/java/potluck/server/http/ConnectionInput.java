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
final class ConnectionInput implements Supplier<byte[]> {
  private static final long MAX_UNREAD = 1 << 20;

  private final DataReader sniffed;
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
   * @param first what was read already to see which protocol is spoken
   */
  ConnectionInput(DataReader first, HelidonSocket socket, ServerLimits.ConnectionLimits limits) {
    this.timeouts = new ConnectionTimeouts(limits);
    this.sniffed = first;
    this.socket = socket;
  }

  /** How long this connection may take for what it does now. */
  ConnectionTimeouts timeouts() {
    return timeouts;
  }

  /**
   * This connection is one too many.
   *
   * @param why told to whoever asks for something on it
   */
  void reject(Failure why) {
    rejection = why;
    timeouts.rejecting();
  }

  /** Why nothing is given on this connection; null where something is. */
  @Nullable Failure rejection() {
    return rejection;
  }

  /** What comes next on this connection cannot be told from what came: no more is answered. */
  void markUnusable() {
    unusable = true;
  }

  /** Whether the next answer is the last one. */
  boolean unusable() {
    return unusable;
  }

  /** All of the last request was read, and no more is awaited: nothing is lost by closing now. */
  void markFullyRead() {
    fullyRead = true;
  }

  /** Closes the connection if it has taken too long. */
  void closeIfOverdue(long now) {
    if (timeouts.isOverdue(now)) {
      close();
    }
  }

  /** Closes the connection if nothing is under way on it, and was not for so many nanoseconds. */
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
   * Takes what the caller still sends after its last answer, for a moment: to close before it is
   * read would take the answer away again, as a reset does.
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

  /** All that has arrived, or null at the end, as Helidon wants it. */
  @Override
  @SuppressWarnings("NullAway") // DataReader's contract, which is not annotated.
  public byte[] get() {
    byte[] bytes = next();
    ended |= bytes == null;
    timeouts.bytesArrived(bytes == null ? 0 : bytes.length);
    return bytes;
  }

  @SuppressWarnings("NullAway") // As above.
  private byte[] next() {
    if (sniffed.available() > 0) {
      return sniffed.readBytes(sniffed.available());
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

  /** Reads ahead from now on, and runs {@code task} when the caller closes the connection. */
  synchronized void onClose(Runnable task) {
    whenClosed = task;
    if (closed) {
      task.run();
    } else if (readAhead == null) {
      CompletableFuture<byte[]> reading = new CompletableFuture<>();
      readAhead = reading;
      Thread.ofVirtual().name("read ahead").start(() -> runReadAhead(reading));
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
