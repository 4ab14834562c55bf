package potluck.server.api.model;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Failure;
import potluck.gateway.relay.ResponseWriter;

/**
 * A {@link ResponseWriter} that records the answer while it is forwarded. If the caller
 * disconnects, the answer is still completed, for the caller's retry. One thread writes, another
 * one runs {@link #forwardUntilEnd}.
 */
final class RecordingResponseWriter implements ResponseWriter {
  private final ResponseWriter delegate;
  private final int maxBytes;
  private final Consumer<RecordingResponseWriter> onFinished;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<byte[]> pieces = new ArrayList<>();
  private long size;
  private @Nullable Head ready;
  private @Nullable Head head;
  private boolean whole;
  private boolean ended;
  private boolean tooLong;

  /** Status and headers of an answer. */
  record Head(int status, Map<String, String> headers) {}

  /**
   * @param maxBytes bytes that are recorded; a longer answer is still forwarded
   * @param finished called at the end, before the caller sees it
   */
  RecordingResponseWriter(
      ResponseWriter caller, int maxBytes, Consumer<RecordingResponseWriter> finished) {
    this.delegate = caller;
    this.maxBytes = maxBytes;
    this.onFinished = finished;
  }

  /** Null if nothing was answered. */
  @Nullable Head head() {
    return head;
  }

  /** The complete body; empty if it was too long to record. */
  byte[] body() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (!tooLong) {
      pieces.forEach(body::writeBytes);
    }
    return body.toByteArray();
  }

  /** What is too long to record is forwarded and dropped. */
  private void add(byte[] bytes, int length) {
    pieces.add(Arrays.copyOf(bytes, length));
    size += length;
    tooLong |= size > maxBytes;
  }

  boolean tooLong() {
    return tooLong;
  }

  @Override
  public boolean isCommitted() {
    return head != null || delegate.isCommitted();
  }

  /** The answer is completed even if nobody reads it. */
  @Override
  public boolean isCallerGone() {
    return false;
  }

  @Override
  public @Nullable Failure cancellation() {
    return delegate.cancellation();
  }

  @Override
  public void allowKeepAlive(int status, Map<String, String> headers) {
    ready = new Head(status, headers);
    delegate.allowKeepAlive(status, headers);
  }

  @Override
  public void stopKeepAlive() {
    delegate.stopKeepAlive();
  }

  @Override
  public void setKeepAlive(byte @Nullable [] sign) {
    delegate.setKeepAlive(sign);
  }

  @Override
  public void start(int status, Map<String, String> headers) {
    update(
        () -> {
          if (head == null) {
            head = new Head(status, headers);
          }
        });
  }

  @Override
  public void write(byte[] bytes, int length) {
    update(
        () -> {
          if (head == null) {
            head = ready;
          }
          add(bytes, length);
        });
  }

  @Override
  public void end() {
    onFinished.accept(this);
    update(() -> ended = true);
  }

  @Override
  public void sendComplete(int status, Map<String, String> headers, byte[] bytes, int length) {
    update(
        () -> {
          whole = true;
          head = new Head(status, headers);
          add(bytes, length);
        });
    end();
  }

  /** Ends the recording, whatever happened. */
  void abandon() {
    if (!ended) {
      end();
    }
  }

  private void update(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forwards the answer until its end or until the caller disconnects.
   *
   * @param thread the thread that writes the answer
   */
  void forwardUntilEnd(Thread thread) {
    int sent = 0;
    try {
      while (true) {
        byte[] piece;
        boolean last;
        lock.lock();
        try {
          while ((pieces.size() == sent || whole) && !ended) {
            try {
              changed.await();
            } catch (InterruptedException e) {
              if (delegate.cancellation() == null) {
                throw e;
              }
              // The writing thread tells the caller the reason.
              thread.interrupt();
            }
          }
          piece = pieces.size() == sent ? new byte[0] : pieces.get(sent);
          sent += pieces.size() == sent ? 0 : 1;
          last = ended && pieces.size() == sent;
        } finally {
          lock.unlock();
        }
        if (sendPiece(piece, last)) {
          return;
        }
      }
    } catch (InterruptedException | CallerGone gone) {
      // The caller's retry will find the answer.
    }
  }

  private boolean sendPiece(byte[] piece, boolean last) {
    Head first = head;
    if (first == null) {
      return last;
    }
    if (whole) {
      delegate.sendComplete(first.status(), first.headers(), piece, piece.length);
      return true;
    }
    if (!delegate.isCommitted()) {
      delegate.start(first.status(), first.headers());
    }
    if (piece.length > 0) {
      delegate.write(piece, piece.length);
    }
    if (last) {
      delegate.end();
    }
    return last;
  }
}
