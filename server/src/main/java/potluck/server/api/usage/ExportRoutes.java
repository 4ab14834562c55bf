package potluck.server.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import potluck.gateway.identity.Audit;
import potluck.gateway.meter.Usage;
import potluck.server.http.ApiError;
import potluck.server.http.Cells;
import potluck.server.http.Download;
import potluck.server.http.Json;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;
import potluck.server.http.Text;
import potluck.server.moving.PersonExport;

/**
 * {@code GET /api/usage/export}: all rows that a filter lets through, however many there are; and
 * {@code GET /api/auth/me/export}: all that there is of a user.
 */
final class ExportRoutes {
  private static final int AT_A_TIME = 1000;

  /** What a row has, in its order. */
  private static final List<String> NAMES =
      Json.MAPPER
          .getSerializationConfig()
          .introspect(Json.MAPPER.constructType(UsageRoutes.Log.class))
          .findProperties()
          .stream()
          .map(BeanPropertyDefinition::getName)
          .toList();

  /** Each holds a connection of the database while it is read. */
  private static final int MOST_AT_ONCE = 2;

  private static final Duration AGAIN = Duration.ofSeconds(10);

  private final Usage usage;

  private final PersonExport person;
  private final Audit audit;

  /** Users whose export is under way: nobody takes the places of others. */
  private final Set<Long> exported = ConcurrentHashMap.newKeySet();

  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);

  ExportRoutes(Usage usage, PersonExport person, Audit audit) {
    this.usage = usage;
    this.person = person;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/usage/export", Policy.USER, this::export),
        new Route("GET", "/api/auth/me/export", Policy.USER, this::me));
  }

  /** All that the house has of whoever asks. */
  private void me(Request request) {
    long id = request.caller().user().id();
    if (!exported.add(id)) {
      throw underWay();
    }
    try {
      me(request, id);
    } finally {
      exported.remove(id);
    }
  }

  private static ApiError underWay() {
    return new ApiError(
        429, new Text("正在导出，请稍后再试", "An export is under way; try again in a moment."), AGAIN);
  }

  private void me(Request request, long id) {
    if (!atOnce.tryAcquire()) {
      throw underWay();
    }
    try {
      request.audited(audit, "user.export", "user " + id, "");
      request.noStore();
      Download.send(
          request,
          "application/json",
          "potluck-user-" + id + ".json",
          out -> person.write(id, out));
    } finally {
      atOnce.release();
    }
  }

  private void export(Request request) {
    String wanted = request.query("format") == null ? "csv" : request.query("format");
    boolean csv = "csv".equals(wanted);
    if (!csv && !"jsonl".equals(wanted)) {
      throw new ApiError(422, "format 必须是 csv 或 jsonl", "format must be csv or jsonl.");
    }
    Usage.Filter filter = UsageRoutes.filter(request);
    Download.send(
        request,
        csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
        "usage." + (csv ? "csv" : "jsonl"),
        out -> {
          if (csv) {
            write(out, String.join(",", NAMES) + "\r\n");
          }
          usage.each(
              filter,
              AT_A_TIME,
              row -> {
                JsonNode shown = Json.MAPPER.valueToTree(UsageRoutes.Log.of(row));
                write(out, csv ? line(shown) : shown + "\n");
              });
        });
  }

  private static void write(OutputStream out, String text) {
    try {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String line(JsonNode row) {
    List<String> cells = new ArrayList<>();
    for (String name : NAMES) {
      JsonNode value = row.path(name);
      cells.add(
          value.isNull() ? "" : cell(value.isTextual() ? value.textValue() : value.toString()));
    }
    return String.join(",", cells) + "\r\n";
  }

  private static String cell(String text) {
    String safe = Cells.safe(text);
    return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
  }
}
