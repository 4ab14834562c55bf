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
import potluck.server.metrics.LabelLimiter;
import potluck.server.settings.Settings;

/**
 * Exports traces and metrics in the background. If the collector is unreachable, spans beyond a
 * bounded queue are dropped. Thread-safe.
 */
public final class Telemetry implements AutoCloseable {
  private static final String SCOPE = "potluck";
  private static final Duration EXPORT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration METRICS_INTERVAL = Duration.ofSeconds(30);
  private static final long SHUTDOWN_SECONDS = 3;

  private final BoundedSpanProcessor spanProcessor;
  private final SdkTracerProvider traces;
  private final SdkMeterProvider metrics;
  private final Tracer spans;

  /**
   * @param node identifies this node
   * @param models the model names that may be labels
   */
  public Telemetry(Settings.Telemetry settings, UUID node, LabelLimiter models) {
    Resource resource =
        Resource.getDefault()
            .merge(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"), settings.service(),
                        AttributeKey.stringKey("service.instance.id"), node.toString())));
    String base = settings.endpoint().toString().replaceAll("/+$", "");
    OtlpHttpSpanExporterBuilder spanExporter =
        OtlpHttpSpanExporter.builder().setEndpoint(base + "/v1/traces").setTimeout(EXPORT_TIMEOUT);
    OtlpHttpMetricExporterBuilder metricExporter =
        OtlpHttpMetricExporter.builder()
            .setEndpoint(base + "/v1/metrics")
            .setTimeout(EXPORT_TIMEOUT);
    settings
        .headers()
        .forEach(
            (name, value) -> {
              spanExporter.addHeader(name, value.reveal());
              metricExporter.addHeader(name, value.reveal());
            });
    this.spanProcessor = new BoundedSpanProcessor(spanExporter.build());
    this.traces =
        SdkTracerProvider.builder()
            .setResource(resource)
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.ratio())))
            .addSpanProcessor(spanProcessor)
            .build();
    this.metrics =
        SdkMeterProvider.builder()
            .setResource(resource)
            .registerMetricReader(
                PeriodicMetricReader.builder(metricExporter.build())
                    .setInterval(METRICS_INTERVAL)
                    .build())
            .build();
    this.spans = new SpanTracer(traces.get(SCOPE), new GenAiHistograms(metrics.get(SCOPE)), models);
  }

  public Tracer tracer() {
    return spans;
  }

  /** Spans that were dropped since the start. */
  public long dropped() {
    return spanProcessor.dropped();
  }

  /** Exports what is left, with a short timeout. */
  @Override
  public void close() {
    var last = traces.shutdown();
    metrics.shutdown().join(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    last.join(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
  }
}
