package potluck.server.api.live;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import potluck.gateway.identity.User;
import potluck.server.http.ApiJson;

/**
 * What one open page has still to receive: a bounded queue of events, whether the quota has
 * changed, and the tokens of the last seconds. If the page reads too slowly, events are dropped,
 * and {@link LiveEvent.Missed} follows. Thread-safe.
 */
final class LiveQueue {
  static final int CAPACITY = 128;

  /** Seconds over which the rate of tokens is averaged. */
  static final int RATE_SECONDS = 10;

  private final User user;
  private final Deque<LiveEvent> events = new ArrayDeque<>();
  private final long[] tokens = new long[RATE_SECONDS];
  private long lastSecond;
  private boolean missed;
  private boolean quotaChanged;
  private boolean active;
  private boolean woken;
  private boolean closed;

  LiveQueue(User user) {
    this.user = user;
  }

  /** Whose page it is. */
  User user() {
    return user;
  }

  /** Adds an event; never waits. */
  synchronized void offer(LiveEvent event) {
    if (events.size() >= CAPACITY) {
      missed = true;
      return;
    }
    events.add(event);
    notifyAll();
  }

  /** A request of the user begins or ends. */
  synchronized void activity(long outputTokens, Instant at) {
    moveTo(at.getEpochSecond());
    tokens[(int) (lastSecond % RATE_SECONDS)] += outputTokens;
    active = true;
  }

  synchronized void quotaChanged() {
    quotaChanged = true;
  }

  /** Makes the stream check whether its session has ended. */
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /** Ends the stream. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /**
   * The next events; waits a while if no event is there.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  synchronized List<LiveEvent> take(long millis, Instant now) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    while (events.isEmpty() && !closed && !missed && !woken) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
    woken = false;
    List<LiveEvent> next = new ArrayList<>(events);
    events.clear();
    if (missed) {
      missed = false;
      next.add(new LiveEvent.Missed(ApiJson.seconds(now)));
    }
    return next;
  }

  /** Whether the quota has changed since the last call. */
  synchronized boolean takeQuotaChanged() {
    boolean changed = quotaChanged;
    quotaChanged = false;
    return changed;
  }

  /** Whether requests began or ended since the last call. */
  synchronized boolean takeActive() {
    boolean was = active;
    active = false;
    return was;
  }

  /** Tokens of answers that ended in the last seconds, for each second. */
  synchronized double tokensPerSecond(Instant now) {
    moveTo(now.getEpochSecond());
    long sum = 0;
    for (long each : tokens) {
      sum += each;
    }
    return (double) sum / RATE_SECONDS;
  }

  private void moveTo(long second) {
    long steps = Math.min(RATE_SECONDS, second - lastSecond);
    for (long i = 0; i < steps; i++) {
      tokens[(int) ((second - i) % RATE_SECONDS)] = 0;
    }
    lastSecond = Math.max(lastSecond, second);
  }
}
