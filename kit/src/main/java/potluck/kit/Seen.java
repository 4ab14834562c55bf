package potluck.kit;

import java.util.concurrent.CountDownLatch;

/** A request that the fake upstream has seen, and what became of its client. Thread-safe. */
public final class Seen {
  private final Received request;
  private final CountDownLatch answered = new CountDownLatch(1);
  private final CountDownLatch gone = new CountDownLatch(1);

  Seen(Received request) {
    this.request = request;
  }

  public Received request() {
    return request;
  }

  void answered() {
    answered.countDown();
  }

  void gone() {
    gone.countDown();
  }

  boolean isGone() {
    return gone.getCount() == 0;
  }

  /** Whether the whole answer has been written. */
  public boolean wasAnswered() {
    return answered.getCount() == 0;
  }

  /** Whether the client closed the connection before the whole answer had been written. */
  public boolean wasAborted() {
    return gone.getCount() == 0 && !wasAnswered();
  }

  /** Blocks until the client has closed the connection. */
  public void awaitGone() throws InterruptedException {
    gone.await();
  }

  /** Blocks until the whole answer has been written. */
  public void awaitAnswered() throws InterruptedException {
    answered.await();
  }
}
