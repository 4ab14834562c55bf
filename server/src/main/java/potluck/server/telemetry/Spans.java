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
import potluck.dialect.model.Tokens;
import potluck.gateway.meter.Reading;
import potluck.gateway.relay.Call;
import potluck.gateway.relay.Tracer;
import potluck.server.metrics.Names;

/**
 * A span for each request, in the trace that its caller names, and one below it for each attempt.
 * They hold no user, no key, nothing that was said, and no model that nobody has answered under.
 * Safe for use by many threads.
 */
final class Spans implements Tracer {
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
  private final Measures measures;
  private final Names models;

  Spans(io.opentelemetry.api.trace.Tracer tracer, Measures measures, Names models) {
    this.tracer = tracer;
    this.measures = measures;
    this.models = models;
  }

  @Override
  public Trail begin(Call call) {
    return new Request(call);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }

  /** A request that is under way. Used by one thread. */
  private final class Request implements Trail {
    private final String operation;
    private final Context within;
    private final Span span;
    private @Nullable Attempt attempt;

    Request(Call call) {
      this.operation = GenAi.operation(call);
      String route = GenAi.route(call);
      Context caller = TRACE_CONTEXT.extract(Context.root(), call.trace(), HEADERS);
      this.span =
          tracer
              .spanBuilder(call.method() + " " + route)
              .setParent(caller)
              .setSpanKind(SpanKind.SERVER)
              .setAttribute(GenAi.METHOD, call.method())
              .setAttribute(GenAi.ROUTE, route)
              .setAttribute(GenAi.OPERATION, operation)
              .setAttribute(GenAi.DIALECT, call.dialect().name())
              .setAttribute(GenAi.REQUEST_ID, call.requestId().toString())
              .startSpan();
      this.within = caller.with(span);
    }

    @Override
    public Step attempt(String provider, String model, URI uri) {
      attempt = new Attempt(this, GenAi.provider(provider), model, uri);
      return attempt;
    }

    @Override
    public void finished(Ask ask, Reading reading) {
      Tokens tokens = reading.tokens();
      boolean served = tokens.total() > 0;
      String model = served ? models.add(ask.model()) : models.find(ask.model());
      span.setAttribute(GenAi.MODEL, model).setAttribute(GenAi.STREAM, ask.stream());
      if (reading.firstByteMs() >= 0) {
        span.setAttribute(GenAi.FIRST_BYTE, reading.firstByteMs());
      }
      status(reading.status());
      Attributes labels =
          labels(model, attempt == null ? null : attempt.provider, reading.status());
      measures.request(reading.durationMs(), labels);
      if (reading.firstByteMs() >= 0) {
        measures.firstByte(reading.firstByteMs(), labels);
      }
      if (served) {
        used(span, tokens);
        if (attempt != null) {
          used(attempt.span, tokens);
        }
        measures.tokens(tokens.input(), tokens.output(), labels);
      }
    }

    private static void used(Span span, Tokens tokens) {
      span.setAttribute(GenAi.INPUT, tokens.input())
          .setAttribute(GenAi.OUTPUT, tokens.output())
          .setAttribute(GenAi.CACHED, tokens.cached());
    }

    @Override
    public void refused(int status) {
      status(status);
    }

    /** A caller's own fault is no error of the server's. */
    private void status(int status) {
      span.setAttribute(GenAi.STATUS, (long) status);
      if (status >= 500) {
        span.setStatus(StatusCode.ERROR).setAttribute(GenAi.ERROR, Integer.toString(status));
      }
    }

    Attributes labels(String model, @Nullable String provider, int status) {
      var labels = Attributes.builder().put(GenAi.OPERATION, operation).put(GenAi.MODEL, model);
      if (provider != null) {
        labels.put(GenAi.PROVIDER, provider);
      }
      if (status >= 400 || status == 0) {
        labels.put(GenAi.ERROR, Integer.toString(status));
      }
      return labels.build();
    }

    @Override
    public void close() {
      span.end();
    }
  }

  /** A request to an account that is under way. Used by one thread. */
  private final class Attempt implements Step {
    private final Request request;
    private final String provider;
    private final String model;
    private final Span span;
    private final Context within;
    private final long began = System.nanoTime();

    Attempt(Request request, String provider, String model, URI uri) {
      this.request = request;
      this.provider = provider;
      this.model = model;
      this.span =
          tracer
              .spanBuilder(request.operation)
              .setParent(request.within)
              .setSpanKind(SpanKind.CLIENT)
              .setAttribute(GenAi.OPERATION, request.operation)
              .setAttribute(GenAi.PROVIDER, provider)
              .setAttribute(GenAi.ADDRESS, uri.getHost())
              .startSpan();
      if (uri.getPort() > 0) {
        span.setAttribute(GenAi.PORT, (long) uri.getPort());
      }
      this.within = request.within.with(span);
    }

    @Override
    public Map<String, String> headers() {
      Map<String, String> headers = new HashMap<>(2);
      TRACE_CONTEXT.inject(
          within,
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
      String named = served ? models.add(model) : models.find(model);
      span.updateName(request.operation + " " + named);
      span.setAttribute(GenAi.MODEL, named).setAttribute(GenAi.OUTCOME, outcome);
      if (status > 0) {
        span.setAttribute(GenAi.STATUS, (long) status);
      }
      if (!served && !outcome.equals("gone")) {
        span.setStatus(StatusCode.ERROR).setAttribute(GenAi.ERROR, error(status));
      }
      measures.attempt(
          millisSince(began), request.labels(named, provider, served ? 200 : Math.max(0, status)));
      span.end();
    }

    private static String error(int status) {
      return status == 0 ? "unreachable" : Integer.toString(status);
    }
  }
}
