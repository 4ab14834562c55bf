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
import potluck.gateway.relay.Reply;

/**
 * A {@link Reply} that is kept whole while it is passed on. The caller may leave: the answer goes
 * on being made, for the caller's next attempt. One thread writes, another {@link #pump pumps}.
 */
final class Recording implements Reply {
  private final Reply caller;
  private final int most;
  private final Consumer<Recording> finished;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<byte[]> pieces = new ArrayList<>();
  private long size;
  private @Nullable Head ready;
  private @Nullable Head head;
  private boolean whole;
  private boolean ended;
  private boolean overflowed;

  /** The head of an answer. */
  record Head(int status, Map<String, String> headers) {}

  /**
   * @param most bytes that are kept; a longer answer is passed on all the same
   * @param finished hears of the end, before the caller does
   */
  Recording(Reply caller, int most, Consumer<Recording> finished) {
    this.caller = caller;
    this.most = most;
    this.finished = finished;
  }

  /** Null where nothing was answered. */
  @Nullable Head head() {
    return head;
  }

  /** The whole body; empty where it was too long to keep. */
  byte[] body() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (!overflowed) {
      pieces.forEach(body::writeBytes);
    }
    return body.toByteArray();
  }

  /** What is too long to keep is passed on and let go. */
  private void add(byte[] bytes, int length) {
    pieces.add(Arrays.copyOf(bytes, length));
    size += length;
    overflowed |= size > most;
  }

  boolean overflowed() {
    return overflowed;
  }

  @Override
  public boolean committed() {
    return head != null || caller.committed();
  }

  /** Nobody else reads the answer, but it is wanted: it is made to its end. */
  @Override
  public boolean gone() {
    return false;
  }

  @Override
  public @Nullable Failure recalled() {
    return caller.recalled();
  }

  @Override
  public void ready(int status, Map<String, String> headers) {
    ready = new Head(status, headers);
    caller.ready(status, headers);
  }

  @Override
  public void unready() {
    caller.unready();
  }

  @Override
  public void pulse(byte @Nullable [] sign) {
    caller.pulse(sign);
  }

  @Override
  public void begin(int status, Map<String, String> headers) {
    tell(
        () -> {
          if (head == null) {
            head = new Head(status, headers);
          }
        });
  }

  @Override
  public void write(byte[] bytes, int length) {
    tell(
        () -> {
          if (head == null) {
            head = ready;
          }
          add(bytes, length);
        });
  }

  @Override
  public void end() {
    finished.accept(this);
    tell(() -> ended = true);
  }

  @Override
  public void whole(int status, Map<String, String> headers, byte[] bytes, int length) {
    tell(
        () -> {
          whole = true;
          head = new Head(status, headers);
          add(bytes, length);
        });
    end();
  }

  /** Nothing more will come, whatever happened. */
  void abandon() {
    if (!ended) {
      end();
    }
  }

  private void tell(Runnable change) {
    lock.lock();
    try {
      change.run();
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Passes the answer on as it comes, until its end or until the caller has gone.
   *
   * @param maker makes the answer
   */
  void pump(Thread maker) {
    int sent = 0;
    try {
      while (true) {
        byte[] piece;
        boolean last;
        lock.lock();
        try {
          while ((pieces.size() == sent || whole) && !ended) {
            try {
              news.await();
            } catch (InterruptedException e) {
              if (caller.recalled() == null) {
                throw e;
              }
              // The maker says to the caller why there is no more.
              maker.interrupt();
            }
          }
          piece = pieces.size() == sent ? new byte[0] : pieces.get(sent);
          sent += pieces.size() == sent ? 0 : 1;
          last = ended && pieces.size() == sent;
        } finally {
          lock.unlock();
        }
        if (send(piece, last)) {
          return;
        }
      }
    } catch (InterruptedException | CallerGone gone) {
      // The caller's next attempt will find the answer.
    }
  }

  private boolean send(byte[] piece, boolean last) {
    Head first = head;
    if (first == null) {
      return last;
    }
    if (whole) {
      caller.whole(first.status(), first.headers(), piece, piece.length);
      return true;
    }
    if (!caller.committed()) {
      caller.begin(first.status(), first.headers());
    }
    if (piece.length > 0) {
      caller.write(piece, piece.length);
    }
    if (last) {
      caller.end();
    }
    return last;
  }
}
