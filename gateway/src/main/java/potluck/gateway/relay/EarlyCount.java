package potluck.gateway.relay;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Prompt;
import potluck.gateway.upstream.Answer;
import potluck.gateway.upstream.Dispatch;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;

/**
 * The input tokens that a translated stream begins with, before the upstream has told them: what
 * the upstream's own counter says, where it was asked, else a calibrated guess. One per attempt;
 * {@link #ask} may be called once, by the thread that uses it.
 */
final class EarlyCount implements ToLongFunction<Prompt> {
  /** How long the first event may wait for the counter: a reader notices more than that. */
  private static final long PATIENCE_MS = 1500;

  private final Calibration calibration;
  private final Calibration.Key key;
  private @Nullable CompletableFuture<OptionalLong> asked;
  private long guess;

  EarlyCount(Calibration calibration, Calibration.Key key) {
    this.calibration = calibration;
    this.key = key;
  }

  /** Asks the upstream's counter, beside the request itself. */
  void ask(Upstream upstream, Dispatch question) {
    CompletableFuture<OptionalLong> future = new CompletableFuture<>();
    asked = future;
    Thread.ofVirtual().name("early-count").start(() -> future.complete(answer(upstream, question)));
  }

  private static OptionalLong answer(Upstream upstream, Dispatch question) {
    try (Answer answer = upstream.send(question)) {
      return answer.status() == 200
          ? Counting.number(answer.readAll(Counting.MOST_ANSWER))
          : OptionalLong.empty();
    } catch (UpstreamFailed | IOException | RuntimeException e) {
      return OptionalLong.empty(); // A guess will do.
    }
  }

  @Override
  public long applyAsLong(Prompt prompt) {
    guess = prompt.roughly();
    return counted().orElseGet(() -> calibration.apply(key, guess));
  }

  private OptionalLong counted() {
    if (asked == null) {
      return OptionalLong.empty();
    }
    try {
      return asked.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  /** What it was in truth, in tokens. */
  void was(long truth) {
    calibration.learn(key, guess, truth);
  }
}
