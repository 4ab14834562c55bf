package potluck.gateway.relay;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Prompt;
import potluck.gateway.upstream.Upstream;
import potluck.gateway.upstream.UpstreamFailed;
import potluck.gateway.upstream.UpstreamRequest;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * The number of input tokens that a translated stream starts with, before the upstream reports it:
 * the upstream counter's result if it was asked, else a calibrated estimate. One per attempt;
 * {@link #askUpstream} may be called once, by the thread that uses this object.
 */
final class EarlyTokenCount implements ToLongFunction<Prompt> {
  /** How long the first event may wait for the counter; readers notice a longer delay. */
  private static final long MAX_WAIT_MS = 1500;

  private final TokenCalibration calibration;
  private final TokenCalibration.Key key;
  private @Nullable CompletableFuture<OptionalLong> upstreamCount;
  private long estimate;

  EarlyTokenCount(TokenCalibration calibration, TokenCalibration.Key key) {
    this.calibration = calibration;
    this.key = key;
  }

  /** Asks the upstream's counter in the background. */
  void askUpstream(Upstream upstream, UpstreamRequest question) {
    CompletableFuture<OptionalLong> future = new CompletableFuture<>();
    upstreamCount = future;
    Thread.ofVirtual()
        .name("early-count")
        .start(() -> future.complete(fetchCount(upstream, question)));
  }

  private static OptionalLong fetchCount(Upstream upstream, UpstreamRequest question) {
    try (UpstreamResponse response = upstream.send(question)) {
      return response.status() == 200
          ? TokenCounter.parseCount(response.readAll(TokenCounter.MAX_RESPONSE_BYTES))
          : OptionalLong.empty();
    } catch (UpstreamFailed | IOException | RuntimeException e) {
      return OptionalLong.empty(); // The estimate is used instead.
    }
  }

  @Override
  public long applyAsLong(Prompt prompt) {
    estimate = prompt.estimateTokens();
    return awaitCount().orElseGet(() -> calibration.apply(key, estimate));
  }

  private OptionalLong awaitCount() {
    if (upstreamCount == null) {
      return OptionalLong.empty();
    }
    try {
      return upstreamCount.get(MAX_WAIT_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return OptionalLong.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalLong.empty();
    }
  }

  /** Records the true number of tokens. */
  void recordActual(long actual) {
    calibration.record(key, estimate, actual);
  }
}
