package potluck.kit;

import java.util.concurrent.CountDownLatch;

/** A request that the fake upstream received, and what its client did then. Thread-safe. */
public final class RecordedRequest {
  private final ReceivedRequest request;
  private final CountDownLatch answered = new CountDownLatch(1);
  private final CountDownLatch clientGone = new CountDownLatch(1);

  RecordedRequest(ReceivedRequest request) {
    this.request = request;
  }

  /** The request. */
  public ReceivedRequest request() {
    return request;
  }

  void answered() {
    answered.countDown();
  }

  void clientGone() {
    clientGone.countDown();
  }

  boolean isClientGone() {
    return clientGone.getCount() == 0;
  }

  /** Whether the complete answer has been written. */
  public boolean wasAnswered() {
    return answered.getCount() == 0;
  }

  /** Whether the client closed the connection before the complete answer was written. */
  public boolean wasAborted() {
    return clientGone.getCount() == 0 && !wasAnswered();
  }

  /** Blocks until the client has closed the connection. */
  public void awaitClientGone() throws InterruptedException {
    clientGone.await();
  }

  /** Blocks until the complete answer has been written. */
  public void awaitAnswered() throws InterruptedException {
    answered.await();
  }
}
