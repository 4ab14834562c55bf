package potluck.server.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;
import java.util.stream.LongStream;

/** The histograms of the conventions, with the recommended buckets. */
final class GenAiHistograms {
  private static final List<Double> SECONDS =
      List.of(
          0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92);
  private static final List<Long> TOKENS =
      LongStream.iterate(1, most -> most <= 67_108_864, most -> most * 4).boxed().toList();

  private final DoubleHistogram attempts;
  private final DoubleHistogram requests;
  private final DoubleHistogram firstBytes;
  private final LongHistogram tokens;

  GenAiHistograms(Meter meter) {
    this.attempts = seconds(meter, "gen_ai.client.operation.duration", "Requests to providers");
    this.requests = seconds(meter, "gen_ai.server.request.duration", "Requests of callers");
    this.firstBytes =
        seconds(meter, "gen_ai.server.time_to_first_token", "Time to the first byte of an answer");
    this.tokens =
        meter
            .histogramBuilder("gen_ai.client.token.usage")
            .ofLongs()
            .setUnit("{token}")
            .setDescription("Tokens of requests, by type")
            .setExplicitBucketBoundariesAdvice(TOKENS)
            .build();
  }

  private static DoubleHistogram seconds(Meter meter, String name, String description) {
    return meter
        .histogramBuilder(name)
        .setUnit("s")
        .setDescription(description)
        .setExplicitBucketBoundariesAdvice(SECONDS)
        .build();
  }

  void attempt(long millis, Attributes labels) {
    attempts.record(millis / 1e3, labels);
  }

  void request(long millis, Attributes labels) {
    requests.record(millis / 1e3, labels);
  }

  void firstByte(long millis, Attributes labels) {
    firstBytes.record(millis / 1e3, labels);
  }

  void tokens(long input, long output, Attributes labels) {
    tokens.record(input, labels.toBuilder().put(GenAiAttributes.TOKEN_TYPE, "input").build());
    tokens.record(output, labels.toBuilder().put(GenAiAttributes.TOKEN_TYPE, "output").build());
  }
}
