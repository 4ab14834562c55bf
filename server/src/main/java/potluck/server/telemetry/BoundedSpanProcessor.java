package potluck.server.telemetry;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans from a bounded queue. Ending a span never blocks; a span that does not fit or is not
 * accepted is dropped and counted. Thread-safe.
 */
final class BoundedSpanProcessor implements SpanProcessor {
  static final int MAX_QUEUED = 2048;
  private static final Duration SCHEDULE_DELAY = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(BoundedSpanProcessor.class);

  private final AtomicBoolean accepting = new AtomicBoolean(true);
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong dropped = new AtomicLong();
  private final SpanProcessor batchProcessor;

  BoundedSpanProcessor(SpanExporter exporter) {
    // Its own limit is never reached, because this class counts.
    this.batchProcessor =
        BatchSpanProcessor.builder(new CountingExporter(exporter))
            .setMaxQueueSize(2 * MAX_QUEUED)
            .setScheduleDelay(SCHEDULE_DELAY)
            .build();
  }

  /** Records the result of each batch. */
  private final class CountingExporter implements SpanExporter {
    private final SpanExporter exporter;

    CountingExporter(SpanExporter exporter) {
      this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int count = spans.size();
      CompletableResultCode result = exporter.export(spans);
      return result.whenComplete(
          () -> {
            queued.addAndGet(-count);
            if (!result.isSuccess()) {
              dropped.addAndGet(count);
            }
            logChange(result);
          });
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }

  /** Logs only changes, so that an unreachable collector does not fill the log. */
  private void logChange(CompletableResultCode result) {
    if (accepting.getAndSet(result.isSuccess()) == result.isSuccess()) {
      return;
    }
    if (result.isSuccess()) {
      LOG.info("the collector accepts traces again");
    } else {
      @Nullable Throwable why = result.getFailureThrowable();
      while (why != null && why.getCause() != null) {
        why = why.getCause();
      }
      LOG.warn(
          "the collector does not accept traces; they are dropped until it does: {}",
          why == null ? "it refuses them" : why.toString());
    }
  }

  /** Spans that were dropped since the start. */
  long dropped() {
    return dropped.get();
  }

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    if (queued.incrementAndGet() > MAX_QUEUED) {
      queued.decrementAndGet();
      dropped.incrementAndGet();
      return;
    }
    batchProcessor.onEnd(span);
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public CompletableResultCode shutdown() {
    return batchProcessor.shutdown();
  }

  @Override
  public CompletableResultCode forceFlush() {
    return batchProcessor.forceFlush();
  }
}
