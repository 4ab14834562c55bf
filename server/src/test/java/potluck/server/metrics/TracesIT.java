package potluck.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/**
 * Export of traces and metrics by OTLP: spans of a request, their content, trace headers, and an
 * unreachable collector.
 */
class TracesIT {
  private static final String CALLERS_SPAN = "00f067aa0ba902b7";
  private static FakeCollector collector;
  private static TestServer server;

  @BeforeAll
  static void start() throws IOException {
    collector = new FakeCollector();
    server =
        TestServer.shared()
            .secondNode(
                Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    collector.address(),
                    "OTEL_EXPORTER_OTLP_HEADERS",
                    "authorization=Bearer%20let-me-in"));
  }

  @AfterAll
  static void stop() {
    server.close();
    collector.close();
  }

  @Test
  void requestIsASpanOfTheCallersTraceWithOneChildPerAttempt() throws Exception {
    try (PoolFixture scene = new PoolFixture(2)) {
      awaitAccounts(server, scene);
      scene.upstream().enqueue(Script.PLAIN.withFault(Fault.status(500)));
      String trace = trace();
      TestServer.Response said = chat(server, scene, scene.body(true), trace, "01");
      assertThat(said.status()).isEqualTo(200);

      List<Span> spans = spans(trace, 3);
      Span request = spans.get(0);
      assertThat(request.getName()).isEqualTo("POST /v1/chat/completions");
      assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
      assertThat(FakeCollector.hex(request.getParentSpanId().toByteArray()))
          .isEqualTo(CALLERS_SPAN);
      assertThat(FakeCollector.attributes(request.getAttributesList()))
          .containsEntry("gen_ai.operation.name", "chat")
          .containsEntry("gen_ai.request.model", scene.model)
          .containsEntry("http.response.status_code", "200")
          .containsEntry("potluck.stream", "true")
          .containsEntry("potluck.request_id", said.header("x-request-id").orElseThrow());
      assertThat(usage(request, "input")).isPositive();
      assertThat(usage(request, "output")).isPositive();

      for (int i = 0; i < 2; i++) {
        Span attempt = spans.get(i + 1);
        assertThat(attempt.getName()).isEqualTo("chat " + (i == 0 ? "other" : scene.model));
        assertThat(attempt.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(attempt.getParentSpanId()).isEqualTo(request.getSpanId());
        assertThat(FakeCollector.attributes(attempt.getAttributesList()))
            .containsEntry("gen_ai.provider.name", "openai-compatible")
            .containsEntry("server.port", Integer.toString(scene.upstreams.get(i).port()))
            .containsEntry("potluck.outcome", i == 0 ? "another" : "served");
        // The provider gets the traceparent of the attempt.
        assertThat(scene.upstreams.get(i).takeRequest().request().header("traceparent"))
            .contains(
                "00-" + trace + "-" + FakeCollector.hex(attempt.getSpanId().toByteArray()) + "-01");
      }
      assertThat(spans.get(1).getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
      assertThat(usage(spans.get(2), "output")).isEqualTo(usage(request, "output"));
      assertThat(collector.credentials).containsOnly("Bearer let-me-in");
    }
  }

  @Test
  void spansHoldNoPromptAndNoUser() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitAccounts(server, scene);
      String trace = trace();
      chat(server, scene, scene.body(false).replace("\"hi\"", "\"a secret plan\""), trace, "01");
      assertThat(spans(trace, 2).toString())
          .doesNotContain("a secret plan")
          .doesNotContain(scene.key)
          .doesNotContain("sk-upstream-secret")
          .doesNotContain(scene.accounts.getFirst());
    }
  }

  @Test
  void unknownModelIsNotNamed() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitAccounts(server, scene);
      String trace = trace();
      String made = "made-up-" + UUID.randomUUID();
      TestServer.Response said =
          chat(server, scene, scene.body(false).replace(scene.model, made), trace, "01");
      assertThat(said.status()).isEqualTo(404);
      assertThat(spans(trace, 1).toString()).doesNotContain(made);
    }
  }

  @Test
  void unsampledTraceIsPassedOnAndNotExported() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      awaitAccounts(server, scene);
      String trace = trace();
      assertThat(chat(server, scene, scene.body(false), trace, "00").status()).isEqualTo(200);
      assertThat(scene.upstream().takeRequest().request().header("traceparent").orElseThrow())
          .startsWith("00-" + trace)
          .endsWith("-00");
      String later = trace();
      chat(server, scene, scene.body(false), later, "01");
      spans(later, 2);
      assertThat(collector.trace(trace)).isEmpty();
    }
  }

  @Test
  void histogramsAreExportedAtShutdown() throws Exception {
    try (PoolFixture scene = new PoolFixture(1);
        FakeCollector other = new FakeCollector()) {
      TestServer leaving =
          TestServer.shared()
              .secondNode(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", other.address() + "/"));
      awaitAccounts(leaving, scene);
      chat(leaving, scene, scene.body(false), trace(), "01");
      leaving.close();
      assertThat(other.spans).hasSize(2);
      assertThat(other.metrics.stream().map(Metric::getName))
          .containsExactlyInAnyOrder(
              "gen_ai.client.token.usage",
              "gen_ai.client.operation.duration",
              "gen_ai.server.request.duration",
              "gen_ai.server.time_to_first_token");
      assertThat(points(other, "gen_ai.client.token.usage"))
          .allSatisfy(
              point ->
                  assertThat(FakeCollector.attributes(point.getAttributesList()))
                      .containsEntry("gen_ai.request.model", scene.model)
                      .containsKey("gen_ai.token.type"));
    }
  }

  @Test
  void unreachableCollectorLosesSpansAndDelaysNobody() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      String closed;
      try (FakeCollector gone = new FakeCollector()) {
        closed = gone.address();
      }
      TestServer alone =
          TestServer.shared()
              .secondNode(
                  Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", closed, "METRICS_PORT", MetricsIT.free()));
      try {
        awaitAccounts(alone, scene);
        for (int i = 0; i < 20; i++) {
          assertThat(chat(alone, scene, scene.body(true), trace(), "01").status()).isEqualTo(200);
        }
        TestServer.eventually(
            () ->
                MetricsIT.value(
                            MetricsIT.metrics(alone.gateway().metricsPort()),
                            "potluck_spans_dropped_total")
                        >= 40
                    ? Optional.of(1)
                    : Optional.empty(),
            java.time.Duration.ofSeconds(60));
      } finally {
        alone.close();
      }
    }
  }

  @Test
  void withoutACollectorNoTraceHeadersAreSent() throws Exception {
    try (PoolFixture scene = new PoolFixture(1)) {
      assertThat(chat(scene.server, scene, scene.body(false), trace(), "01").status())
          .isEqualTo(200);
      assertThat(scene.upstream().takeRequest().request().header("traceparent")).isEmpty();
    }
  }

  private static TestServer.Response chat(
      TestServer at, PoolFixture scene, String body, String trace, String flags) {
    return at.send(
        HttpRequest.newBuilder(URI.create(at.url() + "/v1/chat/completions"))
            .header("Authorization", "Bearer " + scene.key)
            .header("traceparent", "00-" + trace + "-" + CALLERS_SPAN + "-" + flags)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static String trace() {
    byte[] id = new byte[16];
    new Random().nextBytes(id);
    return HexFormat.of().formatHex(id);
  }

  private static List<Span> spans(String trace, int count) {
    return TestServer.eventually(
        () -> Optional.of(collector.trace(trace)).filter(spans -> spans.size() >= count),
        java.time.Duration.ofSeconds(30));
  }

  private static long usage(Span span, String direction) {
    return Long.parseLong(
        FakeCollector.attributes(span.getAttributesList())
            .get("gen_ai.usage." + direction + "_tokens"));
  }

  private static List<HistogramDataPoint> points(FakeCollector collector, String name) {
    return collector.metrics.stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getHistogram().getDataPointsList().stream())
        .toList();
  }

  /** Waits until this node knows all accounts of the fixture. */
  private static void awaitAccounts(TestServer at, PoolFixture scene) {
    TestServer.eventually(
        () ->
            Optional.of(
                    at.call("POST", "/v1/route/explain", scene.key, scene.body(false))
                        .json()
                        .path("candidates")
                        .size())
                .filter(candidates -> candidates == scene.accounts.size()));
  }
}
