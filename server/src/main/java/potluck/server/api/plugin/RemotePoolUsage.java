package potluck.server.api.plugin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.Request;

/**
 * {@code /api/usage} for accounts and quotas at a Plug-in service, put together from its responses.
 */
final class RemotePoolUsage {
  private static final String ACCOUNTS = "/api/accounts";
  private static final String USER = "/api/quotas/user";
  private static final String SHARED = "/api/quotas/shared-pool";
  private static final int MAX_ACCOUNTS = 100;

  private final Service service;

  RemotePoolUsage(Service service) {
    this.service = service;
  }

  /** Calls the service for a caller and returns the field {@code data}. */
  @FunctionalInterface
  interface Service {
    JsonNode data(Request request, String path);
  }

  void accounts(Request request) {
    ArrayNode all = ApiJson.MAPPER.createArrayNode();
    for (JsonNode account : service.data(request, ACCOUNTS)) {
      if (account instanceof ObjectNode shown && all.size() < MAX_ACCOUNTS) {
        String id = URLEncoder.encode(account.path("cookie_id").asText(), StandardCharsets.UTF_8);
        shown.set("quotas", service.data(request, ACCOUNTS + "/" + id + "/quotas"));
        all.add(shown);
      }
    }
    request.json(Envelope.data(all));
  }

  void quotas(Request request) {
    ObjectNode merged = ApiJson.MAPPER.createObjectNode();
    merged.set("user_quota", service.data(request, USER));
    merged.set("shared_pool_quota", service.data(request, SHARED));
    request.json(Envelope.data(merged));
  }

  void summary(Request request) {
    ObjectNode summary = ApiJson.MAPPER.createObjectNode();
    count(summary.putObject("accounts"), "", service.data(request, ACCOUNTS));
    ObjectNode quotas = summary.putObject("user_quotas");
    for (JsonNode quota : service.data(request, USER)) {
      ObjectNode one = quotas.putObject(quota.path("model_name").asText());
      one.put("current_quota", number(quota.path("quota")));
      one.put("max_quota", number(quota.path("max_quota")));
      one.set("last_recovered_at", quota.path("last_recovered_at"));
    }
    summary.set("shared_pool", service.data(request, SHARED));
    request.json(Envelope.data(summary));
  }

  /** The service lists only the user's own accounts. */
  void sharedPool(Request request) {
    ObjectNode stats = ApiJson.MAPPER.createObjectNode();
    ArrayNode shared = ApiJson.MAPPER.createArrayNode();
    for (JsonNode account : service.data(request, ACCOUNTS)) {
      if (account.path("is_shared").asInt() == 1) {
        shared.add(account);
      }
    }
    count(stats.putObject("accounts"), "_shared", shared);
    JsonNode pool = service.data(request, SHARED);
    ObjectNode models = stats.putObject("quotas_by_model");
    for (JsonNode row : pool.path("quotas")) {
      ObjectNode one = models.putObject(row.path("model_name").asText());
      one.put("total_quota", number(row.path("total_quota")));
      one.put("available_cookies", row.path("available_cookies").asText("0"));
      one.set("earliest_reset_time", row.path("earliest_reset_time"));
      one.put("status", row.path("status").asInt());
    }
    stats.set("user_consumption", pool.path("user_consumption"));
    stats.put("note", "From the Plug-in service; accounts are those that you share yourself.");
    request.json(Envelope.data(stats));
  }

  private static void count(ObjectNode counts, String ending, JsonNode accounts) {
    int on = 0;
    for (JsonNode account : accounts) {
      on += account.path("status").asInt() == 1 ? 1 : 0;
    }
    counts.put("total" + ending, accounts.size());
    counts.put("active" + ending, on);
    counts.put("inactive" + ending, accounts.size() - on);
  }

  /** The service writes amounts as strings. */
  private static BigDecimal number(JsonNode text) {
    try {
      return new BigDecimal(text.asText());
    } catch (NumberFormatException e) {
      return BigDecimal.ZERO;
    }
  }
}
