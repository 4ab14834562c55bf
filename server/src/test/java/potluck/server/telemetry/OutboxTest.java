package potluck.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** So many spans are held and no more, whatever a collector does. */
class OutboxTest {
  private final List<CompletableResultCode> underWay = new CopyOnWriteArrayList<>();
  private final Outbox outbox = new Outbox(new Silent());

  /** A collector that takes what comes and never says a word. */
  private final class Silent implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      CompletableResultCode never = new CompletableResultCode();
      underWay.add(never);
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
  void whatFindsNoRoomIsDroppedAndCounted() {
    SdkTracerProvider traces = SdkTracerProvider.builder().addSpanProcessor(outbox).build();
    end(traces.get("test"), Outbox.MOST + 100);
    assertThat(outbox.dropped()).isEqualTo(100);
    CompletableResultCode last = traces.shutdown();
    while (!last.isDone()) {
      underWay.forEach(CompletableResultCode::fail);
      last.join(10, TimeUnit.MILLISECONDS);
    }
    assertThat(outbox.dropped()).isEqualTo(Outbox.MOST + 100);
  }

  private static void end(Tracer tracer, int count) {
    for (int i = 0; i < count; i++) {
      tracer.spanBuilder("span").startSpan().end();
    }
  }
}
