package potluck.server.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
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
import potluck.server.http.MessageKey;
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

  /** Quotes only the cells that need it, and does not flush after each row. */
  private static final ObjectWriter CSV =
      CsvMapper.builder()
          .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
          .build()
          .writer(CsvSchema.builder().setLineSeparator("\r\n").build())
          .without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
          .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final UsageQueries usage;

  private final UserExport userExport;
  private final Audit audit;

  /** Users whose export is running: one export per user. */
  private final Set<Long> exportingUsers = ConcurrentHashMap.newKeySet();

  private final Semaphore slots = new Semaphore(MAX_CONCURRENT_EXPORTS);

  ExportRoutes(UsageQueries usage, UserExport userExport, Audit audit) {
    this.usage = usage;
    this.userExport = userExport;
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
    return new ApiError(429, MessageKey.EXPORT_ALREADY_RUNNING.text(), RETRY_AFTER);
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
      throw new ApiError(422, MessageKey.INVALID_EXPORT_FORMAT);
    }
    UsageQueries.Filter filter = UsageRoutes.filter(request);
    Download.send(
        request,
        csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
        "usage." + (csv ? "csv" : "jsonl"),
        out -> {
          if (csv) {
            writeCsv(filter, out);
          } else {
            usage.forEachRow(filter, BATCH_ROWS, row -> write(out, json(row) + "\n"));
          }
        });
  }

  private void writeCsv(UsageQueries.Filter filter, OutputStream out) throws IOException {
    SequenceWriter rows = CSV.writeValues(out);
    rows.write(COLUMNS);
    usage.forEachRow(
        filter,
        BATCH_ROWS,
        row -> {
          try {
            rows.write(cells(json(row)));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    rows.flush();
  }

  private static void write(OutputStream out, String text) {
    try {
      out.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode json(UsageQueries.Row row) {
    return ApiJson.MAPPER.valueToTree(UsageRoutes.Log.of(row));
  }

  private static List<String> cells(JsonNode row) {
    List<String> cells = new ArrayList<>();
    for (String name : COLUMNS) {
      JsonNode value = row.path(name);
      String text = value.isTextual() ? value.textValue() : value.toString();
      cells.add(value.isNull() ? "" : SpreadsheetCells.escape(text));
    }
    return cells;
  }
}
