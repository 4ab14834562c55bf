package potluck.server.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import potluck.gateway.relay.Tracer;
import potluck.server.metrics.Names;
import potluck.server.settings.Settings;

/**
 * Sends traces and metrics to where the operator said, beside the requests: never in their way.
 * While nobody is there, what does not fit into a bounded queue is dropped. Safe for use by many
 * threads.
 */
public final class Telemetry implements AutoCloseable {
  private static final String SCOPE = "potluck";
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration METRICS_EVERY = Duration.ofSeconds(30);
  private static final long LAST_WORDS_SECONDS = 3;

  private final Outbox outbox;
  private final SdkTracerProvider traces;
  private final SdkMeterProvider metrics;
  private final Tracer spans;

  /**
   * @param node names this node among others
   * @param models that labels may name
   */
  public Telemetry(Settings.Telemetry settings, UUID node, Names models) {
    Resource resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"), settings.service(),
                        AttributeKey.stringKey("service.instance.id"), node.toString())));
    String base = settings.endpoint().toString().replaceAll("/+$", "");
    OtlpHttpSpanExporterBuilder spanExporter =
        OtlpHttpSpanExporter.builder().setEndpoint(base + "/v1/traces").setTimeout(PATIENCE);
    OtlpHttpMetricExporterBuilder metricExporter =
        OtlpHttpMetricExporter.builder().setEndpoint(base + "/v1/metrics").setTimeout(PATIENCE);
    settings
        .headers()
        .forEach(
            (name, value) -> {
              spanExporter.addHeader(name, value.reveal());
              metricExporter.addHeader(name, value.reveal());
            });
    this.outbox = new Outbox(spanExporter.build());
    this.traces =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.ratio())))
            .addSpanProcessor(outbox)
            .build();
    this.metrics =
        SdkMeterProvider.builder()
            .setResource(resource)
            .registerMetricReader(
                PeriodicMetricReader.builder(metricExporter.build())
                    .setInterval(METRICS_EVERY)
                    .build())
            .build();
    this.spans = new Spans(traces.get(SCOPE), new Measures(metrics.get(SCOPE)), models);
  }

  public Tracer tracer() {
    return spans;
  }

  /** Spans that were not delivered since the start. */
  public long dropped() {
    return outbox.dropped();
  }

  /** Sends what is left, for a moment. */
  @Override
  public void close() {
    var last = traces.shutdown();
    metrics.shutdown().join(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
    last.join(LAST_WORDS_SECONDS, TimeUnit.SECONDS);
  }
}
