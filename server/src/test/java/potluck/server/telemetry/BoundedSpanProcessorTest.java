package potluck.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import potluck.server.testing.TestServer;

/** The processor holds a limited number of spans and logs outages of the collector once. */
class BoundedSpanProcessorTest {
  private final List<CompletableResultCode> pendingExports = new CopyOnWriteArrayList<>();
  private final BoundedSpanProcessor processor = new BoundedSpanProcessor(new Silent());

  /** An exporter that accepts spans and never completes. */
  private class Silent implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      CompletableResultCode never = new CompletableResultCode();
      pendingExports.add(never);
      return never;
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  @Test
  void spansBeyondTheLimitAreDroppedAndCounted() {
    SdkTracerProvider traces = SdkTracerProvider.builder().addSpanProcessor(processor).build();
    end(traces.get("test"), BoundedSpanProcessor.MAX_QUEUED + 100);
    assertThat(processor.dropped()).isEqualTo(100);
    CompletableResultCode last = traces.shutdown();
    while (!last.isDone()) {
      pendingExports.forEach(CompletableResultCode::fail);
      last.join(10, TimeUnit.MILLISECONDS);
    }
    assertThat(processor.dropped()).isEqualTo(BoundedSpanProcessor.MAX_QUEUED + 100);
  }

  @Test
  void outageAndRecoveryAreLoggedOnce() {
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(BoundedSpanProcessor.class);
    logger.setLevel(Level.INFO);
    logger.addAppender(log);
    AtomicBoolean failing = new AtomicBoolean(true);
    BoundedSpanProcessor tested =
        new BoundedSpanProcessor(
            new Silent() {
              @Override
              public CompletableResultCode export(Collection<SpanData> spans) {
                return failing.get()
                    ? CompletableResultCode.ofFailure()
                    : CompletableResultCode.ofSuccess();
              }
            });
    try (SdkTracerProvider traces = SdkTracerProvider.builder().addSpanProcessor(tested).build()) {
      for (boolean fails : new boolean[] {true, true, false, false}) {
        failing.set(fails);
        end(traces.get("test"), 1);
        traces.forceFlush().join(10, TimeUnit.SECONDS);
      }
      // A flush that is requested while the one before ends may return before it has exported.
      TestServer.eventually(() -> Optional.of(1).filter(_ -> log.list.size() >= 2));
    } finally {
      logger.detachAppender(log);
      logger.setLevel(null);
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first -> assertThat(first).contains("does not accept traces"),
            second -> assertThat(second).contains("accepts traces again"));
  }

  private static void end(Tracer tracer, int count) {
    for (int i = 0; i < count; i++) {
      tracer.spanBuilder("span").startSpan().end();
    }
  }
}
