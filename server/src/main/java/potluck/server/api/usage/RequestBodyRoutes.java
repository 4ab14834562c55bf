package potluck.server.api.usage;

import java.util.List;
import java.util.Map;
import potluck.gateway.identity.Audit;
import potluck.gateway.meter.BodyLog;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/**
 * What was asked, where the operator keeps it. One's own; an administrator may look at another's,
 * and that stands in the audit.
 */
final class RequestBodyRoutes {
  private final BodyLog bodies;
  private final Audit audit;

  RequestBodyRoutes(BodyLog bodies, Audit audit) {
    this.bodies = bodies;
    this.audit = audit;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/usage/logs/{id}/request-body", Policy.USER, this::get),
        new Route("GET", "/api/usage/requests/logs/{id}/request-body", Policy.USER, this::get));
  }

  record Shown(long id, Map<String, String> requestHeaders, String requestBody) {}

  private void get(Request request) {
    long id = request.number("id");
    boolean all = request.on("all");
    if (all && !request.caller().user().admin()) {
      throw new ApiError(400, "只有管理员可以使用 all=1", "Only an administrator may use all=1.");
    }
    BodyLog.Kept kept =
        bodies
            .find(id, all ? null : request.caller().user().id())
            .orElseThrow(
                () ->
                    new ApiError(
                        404,
                        bodies.on() ? "没有保存这条请求的内容" : "未保存请求内容（USAGE_LOG_BODIES 未开启）",
                        bodies.on()
                            ? "Nothing is kept of this request."
                            : "Nothing is kept of requests: USAGE_LOG_BODIES is off."));
    if (all) {
      request.audited(audit, "usage.body", "usage " + id, "read what was asked");
    }
    request.json(new UsageRoutes.Wrapped(true, new Shown(id, kept.headers(), kept.body())));
  }
}
