package potluck.server.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Ask;
import potluck.dialect.model.TokenUsage;
import potluck.gateway.meter.Reading;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.Tracer;
import potluck.server.metrics.LabelLimiter;

/**
 * One span for each request, in the caller's trace, and one child span for each attempt. Spans
 * contain no user, no key, no prompt, and no model name that has not served. Thread-safe.
 */
final class SpanTracer implements Tracer {
  private static final W3CTraceContextPropagator TRACE_CONTEXT =
      W3CTraceContextPropagator.getInstance();
  private static final TextMapGetter<Map<String, String>> HEADERS =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(Map<String, String> headers) {
          return headers.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> headers, String name) {
          return headers == null ? null : headers.get(name);
        }
      };

  private final io.opentelemetry.api.trace.Tracer tracer;
  private final GenAiHistograms histograms;
  private final LabelLimiter modelLabels;

  SpanTracer(
      io.opentelemetry.api.trace.Tracer tracer, GenAiHistograms measures, LabelLimiter models) {
    this.tracer = tracer;
    this.histograms = measures;
    this.modelLabels = models;
  }

  @Override
  public RequestSpan begin(Call call) {
    return new OtelRequestSpan(call);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  /** A running request. For one thread. */
  private final class OtelRequestSpan implements RequestSpan {
    private final String operation;
    private final Context context;
    private final Span span;
    private @Nullable OtelAttemptSpan attempt;

    OtelRequestSpan(Call call) {
      this.operation = GenAiAttributes.operation(call);
      String route = GenAiAttributes.route(call);
      Context caller = TRACE_CONTEXT.extract(Context.root(), call.trace(), HEADERS);
      this.span =
          tracer
              .spanBuilder(call.method() + " " + route)
              .setParent(caller)
              .setSpanKind(SpanKind.SERVER)
              .setAttribute(GenAiAttributes.METHOD, call.method())
              .setAttribute(GenAiAttributes.ROUTE, route)
              .setAttribute(GenAiAttributes.OPERATION, operation)
              .setAttribute(GenAiAttributes.DIALECT, call.dialect().name())
              .setAttribute(GenAiAttributes.REQUEST_ID, call.requestId().toString())
              .startSpan();
      this.context = caller.with(span);
    }

    @Override
    public AttemptSpan attempt(String provider, String model, URI uri) {
      attempt = new OtelAttemptSpan(this, GenAiAttributes.provider(provider), model, uri);
      return attempt;
    }

    @Override
    public void finished(Ask ask, Reading reading) {
      TokenUsage tokens = reading.tokens();
      boolean served = tokens.total() > 0;
      String model = served ? modelLabels.add(ask.model()) : modelLabels.find(ask.model());
      span.setAttribute(GenAiAttributes.MODEL, model)
          .setAttribute(GenAiAttributes.STREAM, ask.stream());
      if (reading.firstByteMs() >= 0) {
        span.setAttribute(GenAiAttributes.FIRST_BYTE, reading.firstByteMs());
      }
      setStatus(reading.status());
      Attributes labels =
          labels(model, attempt == null ? null : attempt.provider, reading.status());
      histograms.request(reading.durationMs(), labels);
      if (reading.firstByteMs() >= 0) {
        histograms.firstByte(reading.firstByteMs(), labels);
      }
      if (served) {
        setTokens(span, tokens);
        if (attempt != null) {
          setTokens(attempt.span, tokens);
        }
        histograms.tokens(tokens.input(), tokens.output(), labels);
      }
    }

    private static void setTokens(Span span, TokenUsage tokens) {
      span.setAttribute(GenAiAttributes.INPUT, tokens.input())
          .setAttribute(GenAiAttributes.OUTPUT, tokens.output())
          .setAttribute(GenAiAttributes.CACHED, tokens.cached());
    }

    @Override
    public void refused(int status) {
      setStatus(status);
    }

    /** A caller's fault is not an error of the server. */
    private void setStatus(int status) {
      span.setAttribute(GenAiAttributes.STATUS, (long) status);
      if (status >= 500) {
        span.setStatus(StatusCode.ERROR)
            .setAttribute(GenAiAttributes.ERROR, Integer.toString(status));
      }
    }

    Attributes labels(String model, @Nullable String provider, int status) {
      var labels =
          Attributes.builder()
              .put(GenAiAttributes.OPERATION, operation)
              .put(GenAiAttributes.MODEL, model);
      if (provider != null) {
        labels.put(GenAiAttributes.PROVIDER, provider);
      }
      if (status >= 400 || status == 0) {
        labels.put(GenAiAttributes.ERROR, Integer.toString(status));
      }
      return labels.build();
    }

    @Override
    public void close() {
      span.end();
    }
  }

  /** A running request to an account. For one thread. */
  private final class OtelAttemptSpan implements AttemptSpan {
    private final OtelRequestSpan request;
    private final String provider;
    private final String model;
    private final Span span;
    private final Context context;
    private final long startedAt = System.nanoTime();

    OtelAttemptSpan(OtelRequestSpan request, String provider, String model, URI uri) {
      this.request = request;
      this.provider = provider;
      this.model = model;
      this.span =
          tracer
              .spanBuilder(request.operation)
              .setParent(request.context)
              .setSpanKind(SpanKind.CLIENT)
              .setAttribute(GenAiAttributes.OPERATION, request.operation)
              .setAttribute(GenAiAttributes.PROVIDER, provider)
              .setAttribute(GenAiAttributes.ADDRESS, uri.getHost())
              .startSpan();
      if (uri.getPort() > 0) {
        span.setAttribute(GenAiAttributes.PORT, (long) uri.getPort());
      }
      this.context = request.context.with(span);
    }

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>(2);
      TRACE_CONTEXT.inject(
          context,
          headers,
          (into, name, value) -> {
            if (into != null) {
              into.put(name, value);
            }
          });
      return headers;
    }

    @Override
    public void ended(int status, String outcome) {
      boolean served = outcome.equals("served");
      String named = served ? modelLabels.add(model) : modelLabels.find(model);
      span.updateName(request.operation + " " + named);
      span.setAttribute(GenAiAttributes.MODEL, named)
          .setAttribute(GenAiAttributes.OUTCOME, outcome);
      if (status > 0) {
        span.setAttribute(GenAiAttributes.STATUS, (long) status);
      }
      if (!served && !outcome.equals("gone")) {
        span.setStatus(StatusCode.ERROR).setAttribute(GenAiAttributes.ERROR, error(status));
      }
      histograms.attempt(
          millisSince(startedAt),
          request.labels(named, provider, served ? 200 : Math.max(0, status)));
      span.end();
    }

    private static String error(int status) {
      return status == 0 ? "unreachable" : Integer.toString(status);
    }
  }
}
