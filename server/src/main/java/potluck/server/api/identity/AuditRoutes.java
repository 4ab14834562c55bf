package potluck.server.api.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** {@code /api/admin/audit}: the audit log and its verification. */
final class AuditRoutes {
  private final Audit audit;

  AuditRoutes(Audit audit) {
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/admin/audit", AccessPolicy.AUDIT, this::list),
        new HttpRoute("GET", "/api/admin/audit/verify", AccessPolicy.AUDIT, this::verify));
  }

  record EntryView(
      long id,
      @Nullable String at,
      @Nullable Long actor,
      String action,
      String object,
      String details,
      String address) {}

  record EntryList(List<EntryView> entries, long total) {}

  private void list(Request request) {
    @Nullable String actor = request.query("actor");
    if (actor != null && !actor.matches("[0-9]{1,18}")) {
      throw new ApiError(422, MessageKey.INVALID_ACTOR);
    }
    Audit.Page page =
        audit.page(
            new Audit.Filter(actor == null ? null : Long.valueOf(actor), request.query("action")),
            request.query("limit", 50, 1, 500),
            request.query("offset", 0, 0, Integer.MAX_VALUE));
    request.json(
        new EntryList(
            page.entries().stream()
                .map(
                    entry ->
                        new EntryView(
                            entry.id(),
                            ApiJson.offset(entry.at()),
                            entry.actor(),
                            entry.action(),
                            entry.object(),
                            entry.details(),
                            entry.address()))
                .toList(),
            page.total()));
  }

  private void verify(Request request) {
    Optional<String> wrong = audit.verify();
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("ok", wrong.isEmpty());
    answer.put("wrong", wrong.orElse(null));
    request.json(answer);
  }
}
