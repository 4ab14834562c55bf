package potluck.server.api.usage;

import java.util.List;
import java.util.Map;
import potluck.gateway.identity.Audit;
import potluck.gateway.meter.BodyLog;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/**
 * Stored request bodies, if the operator enabled them. A user sees their own; an administrator may
 * see others', which is audited.
 */
final class RequestBodyRoutes {
  private final BodyLog bodyLog;
  private final Audit audit;

  RequestBodyRoutes(BodyLog bodyLog, Audit audit) {
    this.bodyLog = bodyLog;
    this.audit = audit;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/logs/{id}/request-body", AccessPolicy.USER, this::get),
        new HttpRoute(
            "GET", "/api/usage/requests/logs/{id}/request-body", AccessPolicy.USER, this::get));
  }

  record RequestBodyView(long id, Map<String, String> requestHeaders, String requestBody) {}

  private void get(Request request) {
    long id = request.number("id");
    boolean all = request.isQueryOn("all");
    if (all && !request.caller().user().isAdmin()) {
      throw new ApiError(400, MessageKey.ALL_ONLY_FOR_ADMINISTRATORS);
    }
    BodyLog.StoredBody kept =
        bodyLog
            .find(id, all ? null : request.caller().user().id())
            .orElseThrow(
                () ->
                    new ApiError(
                        404,
                        bodyLog.enabled()
                            ? MessageKey.REQUEST_BODY_NOT_STORED
                            : MessageKey.REQUEST_BODIES_NOT_STORED));
    if (all) {
      request.audit(audit, "usage.body", "usage " + id, "read the request body");
    }
    request.json(Envelope.data(new RequestBodyView(id, kept.headers(), kept.body())));
  }
}
