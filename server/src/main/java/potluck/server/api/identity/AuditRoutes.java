package potluck.server.api.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.identity.User;
import potluck.gateway.identity.Users;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Download;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.SpreadsheetCells;

/** {@code /api/admin/audit}: the audit log and its verification. */
final class AuditRoutes {
  private static final int MAX_CSV_ROWS = 10_000;
  private static final Pattern USER_OBJECT = Pattern.compile("user [0-9]{1,18}");

  private final Audit audit;

  private final Users users;

  AuditRoutes(Audit audit, Users users) {
    this.audit = audit;
    this.users = users;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/audit", AccessPolicy.AUDIT, this::list),
        new HttpRoute("GET", "/api/admin/audit/verify", AccessPolicy.AUDIT, this::verify));
  }

  /**
   * An entry.
   *
   * @param actorName null if the user is unknown or was deleted
   * @param objectName the name of a user that something was done to; null for other objects
   */
  record EntryView(
      long id,
      @Nullable String at,
      @Nullable Long actor,
      @Nullable String actorName,
      String action,
      String object,
      @Nullable String objectName,
      String details,
      String address) {}

  record EntryList(List<EntryView> entries, long total) {}

  private void list(Request request) {
    @Nullable String actor = request.query("actor");
    if (actor != null && !actor.matches("[0-9]{1,18}")) {
      throw new ApiError(422, MessageKey.INVALID_ACTOR);
    }
    @Nullable String format = request.query("format");
    boolean csv = "csv".equals(format);
    if (format != null && !csv && !format.equals("json")) {
      throw new ApiError(422, MessageKey.NOT_JSON_OR_CSV);
    }
    Audit.Page page =
        audit.page(
            new Audit.Filter(
                actor == null ? null : Long.valueOf(actor),
                request.query("action"),
                request.query("object")),
            csv
                ? request.query("limit", MAX_CSV_ROWS, 1, MAX_CSV_ROWS)
                : request.query("limit", 50, 1, 500),
            request.query("offset", 0, 0, Integer.MAX_VALUE));
    List<EntryView> entries = page.entries().stream().map(this::show).toList();
    if (csv) {
      Download.send(request, "text/csv; charset=utf-8", "audit.csv", out -> writeCsv(entries, out));
    } else {
      request.json(new EntryList(entries, page.total()));
    }
  }

  private EntryView show(Audit.Entry entry) {
    return new EntryView(
        entry.id(),
        ApiJson.offset(entry.at()),
        entry.actor(),
        entry.actor() == null ? null : name(entry.actor()),
        entry.action(),
        entry.object(),
        USER_OBJECT.matcher(entry.object()).matches()
            ? name(Long.parseLong(entry.object().substring("user ".length())))
            : null,
        entry.details(),
        entry.address());
  }

  private @Nullable String name(long user) {
    return users.find(user).map(User::username).orElse(null);
  }

  private static void writeCsv(List<EntryView> entries, OutputStream out) throws IOException {
    out.write("id,at,actor,actor_name,action,object,object_name,details,address\n".getBytes(UTF_8));
    for (EntryView entry : entries) {
      String line =
          Stream.of(
                  entry.id(),
                  entry.at(),
                  entry.actor(),
                  entry.actorName(),
                  entry.action(),
                  entry.object(),
                  entry.objectName(),
                  entry.details(),
                  entry.address())
              .map(AuditRoutes::cell)
              .collect(Collectors.joining(","));
      out.write((line + "\n").getBytes(UTF_8));
    }
  }

  private static String cell(@Nullable Object value) {
    return value == null
        ? ""
        : '"' + SpreadsheetCells.escape(value.toString()).replace("\"", "\"\"") + '"';
  }

  private void verify(Request request) {
    long start = System.nanoTime();
    Audit.Verification found = audit.verify();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", found.wrong().isEmpty());
    answer.put("wrong", found.wrong().orElse(null));
    answer.put("entries", found.entries());
    answer.put("first_at", ApiJson.offset(found.firstAt().orElse(null)));
    answer.put("milliseconds", (System.nanoTime() - start) / 1_000_000);
    request.json(answer);
  }
}
