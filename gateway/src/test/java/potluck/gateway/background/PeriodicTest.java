package potluck.gateway.background;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeriodicTest {
  private static final Duration SOON = Duration.ofMillis(1);
  private static final Duration LATER = Duration.ofHours(1);

  private final Semaphore runs = new Semaphore(0);

  @Test
  void periodicRunsAtOnceAndAgain() throws InterruptedException {
    try (Periodic periodic = new Periodic("test", SOON, runs::release)) {
      periodic.start();
      assertThat(awaitRuns(3)).isTrue();
    }
  }

  @Test
  void periodicContinuesAfterAFailure() throws InterruptedException {
    AtomicInteger count = new AtomicInteger();
    Runnable failing =
        () -> {
          runs.release();
          if (count.incrementAndGet() == 1) {
            throw new IllegalStateException("a failure that the test expects");
          }
        };
    try (Periodic periodic = new Periodic("test", SOON, failing)) {
      periodic.start();
      assertThat(awaitRuns(2)).isTrue();
    }
  }

  @Test
  void periodicWaitsBetweenRunsUntilItIsWoken() throws InterruptedException {
    try (Periodic periodic = new Periodic("test", LATER, runs::release)) {
      periodic.start();
      assertThat(awaitRuns(1)).isTrue();
      assertThat(runs.tryAcquire(50, TimeUnit.MILLISECONDS)).isFalse();
      periodic.wake();
      assertThat(awaitRuns(1)).isTrue();
    }
  }

  @Test
  void periodicRunsNoMoreAfterClose() throws InterruptedException {
    Periodic periodic = new Periodic("test", LATER, runs::release);
    periodic.start();
    assertThat(awaitRuns(1)).isTrue();
    periodic.close();
    periodic.join();
    assertThat(runs.availablePermits()).isZero();
  }

  @Test
  void periodicRunsOnAPlatformThreadIfAsked() throws InterruptedException {
    Semaphore virtual = new Semaphore(0);
    Runnable task = () -> (Thread.currentThread().isVirtual() ? virtual : runs).release();
    try (Periodic periodic = Periodic.onPlatformThread("test", LATER, task)) {
      periodic.start();
      assertThat(awaitRuns(1)).isTrue();
      assertThat(virtual.availablePermits()).isZero();
    }
  }

  private boolean awaitRuns(int count) throws InterruptedException {
    return runs.tryAcquire(count, 10, TimeUnit.SECONDS);
  }
}
