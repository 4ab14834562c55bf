package potluck.server.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A fake OpenTelemetry collector: receives traces and metrics by OTLP and keeps them. */
final class FakeCollector implements AutoCloseable {
  final List<Span> spans = new CopyOnWriteArrayList<>();
  final List<Metric> metrics = new CopyOnWriteArrayList<>();
  final List<String> credentials = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  FakeCollector() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext("/v1/traces", this::traces);
    server.createContext("/v1/metrics", this::metrics);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void traces(HttpExchange exchange) throws IOException {
    try (exchange) {
      String credential = exchange.getRequestHeaders().getFirst("authorization");
      credentials.add(credential == null ? "" : credential);
      ExportTraceServiceRequest.parseFrom(body(exchange)).getResourceSpansList().stream()
          .flatMap(each -> each.getScopeSpansList().stream())
          .forEach(each -> spans.addAll(each.getSpansList()));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void metrics(HttpExchange exchange) throws IOException {
    try (exchange) {
      ExportMetricsServiceRequest.parseFrom(body(exchange)).getResourceMetricsList().stream()
          .flatMap(each -> each.getScopeMetricsList().stream())
          .forEach(each -> metrics.addAll(each.getMetricsList()));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    InputStream body = exchange.getRequestBody();
    return "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"))
        ? new GZIPInputStream(body)
        : body;
  }

  /** The spans of a trace, ordered by start time. */
  List<Span> trace(String id) {
    return spans.stream()
        .filter(span -> hex(span.getTraceId().toByteArray()).equals(id))
        .sorted((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano()))
        .toList();
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Attributes of a span or data point, with their values as text. */
  static Map<String, String> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                each ->
                    each.getValue().hasIntValue()
                        ? Long.toString(each.getValue().getIntValue())
                        : each.getValue().hasBoolValue()
                            ? Boolean.toString(each.getValue().getBoolValue())
                            : each.getValue().getStringValue()));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
