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
import potluck.gateway.meter.UsageQueries;
import potluck.server.exporting.UserExport;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Download;
import potluck.server.http.HttpRoute;
import potluck.server.http.LocalizedText;
import potluck.server.http.Request;
import potluck.server.http.SpreadsheetCells;

/**
 * {@code GET /api/usage/export}: all usage rows that match a filter. {@code GET
 * /api/auth/me/export}: everything about the user.
 */
final class ExportRoutes {
  private static final int BATCH_ROWS = 1000;

  /** The columns in their order. */
  private static final List<String> COLUMNS =
      ApiJson.MAPPER
          .getSerializationConfig()
          .introspect(ApiJson.MAPPER.constructType(UsageRoutes.Log.class))
          .findProperties()
          .stream()
          .map(BeanPropertyDefinition::getName)
          .toList();

  /** Each export holds a database connection. */
  private static final int MAX_CONCURRENT_EXPORTS = 2;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final UsageQueries usage;

  private final UserExport userExport;
  private final Audit audit;

  /** Users whose export is running: one export per user. */
  private final Set<Long> exportingUsers = ConcurrentHashMap.newKeySet();

  private final Semaphore slots = new Semaphore(MAX_CONCURRENT_EXPORTS);

  ExportRoutes(UsageQueries usage, UserExport person, Audit audit) {
    this.usage = usage;
    this.userExport = person;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/export", AccessPolicy.USER, this::export),
        new HttpRoute("GET", "/api/auth/me/export", AccessPolicy.USER, this::exportMe));
  }

  /** Everything that is stored about the caller. */
  private void exportMe(Request request) {
    long id = request.caller().user().id();
    if (!exportingUsers.add(id)) {
      throw alreadyRunning();
    }
    try {
      exportMe(request, id);
    } finally {
      exportingUsers.remove(id);
    }
  }

  private static ApiError alreadyRunning() {
    return new ApiError(
        429,
        new LocalizedText("正在导出，请稍后再试", "An export is already running; try again shortly."),
        RETRY_AFTER);
  }

  private void exportMe(Request request, long id) {
    if (!slots.tryAcquire()) {
      throw alreadyRunning();
    }
    try {
      request.audit(audit, "user.export", "user " + id, "");
      request.noStore();
      Download.send(
          request,
          "application/json",
          "potluck-user-" + id + ".json",
          out -> userExport.write(id, out));
    } finally {
      slots.release();
    }
  }

  private void export(Request request) {
    String wanted = request.query("format") == null ? "csv" : request.query("format");
    boolean csv = "csv".equals(wanted);
    if (!csv && !"jsonl".equals(wanted)) {
      throw new ApiError(422, "format 必须是 csv 或 jsonl", "format must be csv or jsonl.");
    }
    UsageQueries.Filter filter = UsageRoutes.filter(request);
    Download.send(
        request,
        csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
        "usage." + (csv ? "csv" : "jsonl"),
        out -> {
          if (csv) {
            write(out, String.join(",", COLUMNS) + "\r\n");
          }
          usage.forEachRow(
              filter,
              BATCH_ROWS,
              row -> {
                JsonNode shown = ApiJson.MAPPER.valueToTree(UsageRoutes.Log.of(row));
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
    for (String name : COLUMNS) {
      JsonNode value = row.path(name);
      cells.add(
          value.isNull() ? "" : cell(value.isTextual() ? value.textValue() : value.toString()));
    }
    return String.join(",", cells) + "\r\n";
  }

  private static String cell(String text) {
    String safe = SpreadsheetCells.escape(text);
    return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
  }
}
