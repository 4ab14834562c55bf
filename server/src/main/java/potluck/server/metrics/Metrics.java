package potluck.server.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import potluck.gateway.meter.Reading;
import potluck.gateway.relay.Observer;

/**
 * The metrics of the relay. The number of labels is limited: a model is named only after it has
 * served, see {@link LabelLimiter}. Thread-safe.
 */
public final class Metrics implements Observer {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(10),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<RequestLabels, Timer> durations = new ConcurrentHashMap<>();
  private final Map<FirstByteLabels, Timer> firstBytes = new ConcurrentHashMap<>();
  private final Map<String, SpendingCounters> spending = new ConcurrentHashMap<>();
  private final Map<AttemptLabels, Counter> attempts = new ConcurrentHashMap<>();
  private final Map<LossLabels, Counter> losses = new ConcurrentHashMap<>();
  private final Counter failovers;
  private final LabelLimiter modelLabels;
  private final LabelLimiter lost = new LabelLimiter();

  private record RequestLabels(String dialect, String model, boolean stream, int status) {}

  private record FirstByteLabels(String dialect, String model) {}

  private record AttemptLabels(String provider, String outcome) {}

  private record LossLabels(String from, String to, String what) {}

  private record SpendingCounters(Counter input, Counter cached, Counter output, Counter cost) {}

  /**
   * @param models the model names that may be labels
   */
  public Metrics(LabelLimiter models) {
    this.modelLabels = models;
    this.failovers =
        Counter.builder("potluck.failovers")
            .description("Number of failovers to another account")
            .register(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
  }

  @Override
  public void attempted(String provider, String outcome) {
    attempts
        .computeIfAbsent(
            new AttemptLabels(provider, outcome),
            key ->
                Counter.builder("potluck.attempts")
                    .description("Requests to accounts, by outcome")
                    .tag("provider", key.provider())
                    .tag("outcome", key.outcome())
                    .register(registry))
        .increment();
  }

  @Override
  public void lost(String from, String to, List<String> names) {
    for (String name : names) {
      // tools[3].cache_control is the same loss for every tool.
      String what = lost.add(name.replaceAll("\\[[0-9]+]", "[]"));
      losses
          .computeIfAbsent(
              new LossLabels(from, to, what),
              key ->
                  Counter.builder("potluck.lost")
                      .description("What translations could not carry over")
                      .tag("from", key.from())
                      .tag("to", key.to())
                      .tag("what", key.what())
                      .register(registry))
          .increment();
    }
  }

  @Override
  public void finished(String dialect, String model, boolean stream, Reading reading) {
    boolean served = reading.tokens().total() > 0;
    String name = served ? modelLabels.add(model) : modelLabels.find(model);
    durations
        .computeIfAbsent(new RequestLabels(dialect, name, stream, reading.status()), this::duration)
        .record(Duration.ofMillis(reading.durationMs()));
    if (reading.firstByteMs() >= 0) {
      firstBytes
          .computeIfAbsent(new FirstByteLabels(dialect, name), this::firstByte)
          .record(Duration.ofMillis(reading.firstByteMs()));
    }
    failovers.increment(Math.max(0, reading.attempts().size() - 1));
    if (served) {
      SpendingCounters counters = spending.computeIfAbsent(name, this::spending);
      counters.input().increment((double) reading.tokens().input());
      counters.cached().increment((double) reading.tokens().cached());
      counters.output().increment((double) reading.tokens().output());
      counters.cost().increment(Math.max(0, reading.charge().costMicros()) / 1e6);
    }
  }

  private Timer duration(RequestLabels key) {
    return Timer.builder("potluck.requests")
        .description("Model requests, until their last byte")
        .tag("dialect", key.dialect())
        .tag("model", key.model())
        .tag("stream", Boolean.toString(key.stream()))
        .tag("status", Integer.toString(key.status()))
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private Timer firstByte(FirstByteLabels key) {
    return Timer.builder("potluck.first.byte")
        .description("Time to the first byte of an answer")
        .tag("dialect", key.dialect())
        .tag("model", key.model())
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }

  private SpendingCounters spending(String model) {
    return new SpendingCounters(
        tokens(model, "input"),
        tokens(model, "cached"),
        tokens(model, "output"),
        Counter.builder("potluck.cost.usd")
            .description("Cost of requests by the price list")
            .tag("model", model)
            .register(registry));
  }

  private Counter tokens(String model, String kind) {
    return Counter.builder("potluck.tokens")
        .description("Tokens by model and kind; cached tokens are part of the input")
        .tag("model", model)
        .tag("kind", kind)
        .register(registry);
  }

  /** A value that is read at each scrape. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** A growing value that is read at each scrape. */
  public void counter(String name, String description, Supplier<Number> value) {
    // The object is held weakly, the function is not.
    FunctionCounter.builder(name, this, _ -> value.get().doubleValue())
        .description(description)
        .register(registry);
  }

  /** One gauge for each tag value, such as accounts by standing. */
  public void taggedGauges(
      String name,
      String description,
      String tag,
      List<String> words,
      Function<String, Number> value) {
    for (String word : words) {
      Gauge.builder(name, () -> value.apply(word))
          .description(description)
          .tag(tag, word)
          .register(registry);
    }
  }

  /** In Prometheus' text format. */
  String text() {
    return registry.scrape();
  }
}
