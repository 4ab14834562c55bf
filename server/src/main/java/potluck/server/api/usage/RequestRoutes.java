package potluck.server.api.usage;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.decision.Candidate;
import potluck.gateway.decision.DecisionJson;
import potluck.gateway.decision.DecisionReasons;
import potluck.gateway.decision.Obstacle;
import potluck.gateway.identity.User;
import potluck.gateway.meter.UsageQueries;
import potluck.gateway.meter.UsageQueries.Filter;
import potluck.gateway.pool.Pool;
import potluck.server.api.account.AccountNames;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;

/** {@code GET /api/usage/requests/{request_id}}: one request, and why which account served it. */
final class RequestRoutes {
  private static final int STATUS_CALLER_GONE = 499;

  private final UsageQueries usage;
  private final Pool pool;
  private final AccountNames names;

  RequestRoutes(UsageQueries usage, Pool pool, AccountNames names) {
    this.usage = usage;
    this.pool = pool;
    this.names = names;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/requests/{request_id}", AccessPolicy.USER, this::get));
  }

  /**
   * A row of the log with more fields.
   *
   * @param ended served, refused (before an account was tried), failed, broke_off (after the first
   *     byte) or client_left
   */
  record RequestView(
      @JsonUnwrapped UsageRoutes.Log row,
      @Nullable Long firstTokenMs,
      String ended,
      @Nullable String error) {}

  record CandidateView(
      String alias,
      @Nullable String name,
      @Nullable String owner,
      boolean own,
      @Nullable String provider,
      String standing,
      @Nullable String obstacle,
      String reason,
      Map<String, Double> figures,
      @Nullable String until,
      int running,
      int maxConcurrency,
      @Nullable Integer nth) {}

  record DecisionView(List<CandidateView> candidates, int leftOutUnseen, @Nullable Long waitedMs) {}

  record AttemptView(
      String alias,
      boolean own,
      @Nullable String provider,
      int status,
      String reason,
      long milliseconds) {}

  record RequestAnswer(
      RequestView request, @Nullable DecisionView decision, List<AttemptView> attempts) {}

  private void get(Request request) {
    User viewer = request.caller().user();
    UUID id = parseId(request.value("request_id"));
    UsageQueries.Row row =
        usage.rows(Filter.ofRequest(viewer.mayAudit() ? null : viewer.id(), id), 1, 0).stream()
            .findFirst()
            .orElseThrow(ApiError::notFound);
    List<JsonNode> attempts = attempts(row);
    List<String> tried =
        attempts.stream().map(attempt -> attempt.path("account").asText()).distinct().toList();
    UsageRoutes.Log log = UsageRoutes.Log.of(row, request);
    request.json(
        Envelope.data(
            new RequestAnswer(
                new RequestView(log, row.firstByteMs(), ended(row, tried), log.errorMessage()),
                usage
                    .findDecision(id)
                    .map(stored -> decision(stored, row.waitedMs(), tried, viewer))
                    .orElse(null),
                attempts.stream().map(attempt -> attempt(attempt, viewer)).toList())));
  }

  private static UUID parseId(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw ApiError.notFound();
    }
  }

  private static List<JsonNode> attempts(UsageQueries.Row row) {
    try {
      List<JsonNode> attempts = new ArrayList<>();
      ApiJson.MAPPER.readTree(row.attempts()).forEach(attempts::add);
      return attempts;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("attempts in the database are not JSON", e);
    }
  }

  private static String ended(UsageQueries.Row row, List<String> tried) {
    if (row.success()) {
      return "served";
    }
    if (row.status() == STATUS_CALLER_GONE) {
      return "client_left";
    }
    if (row.firstByteMs() != null) {
      return "broke_off";
    }
    return tried.isEmpty() ? "refused" : "failed";
  }

  private DecisionView decision(
      DecisionJson.Stored stored, @Nullable Long waitedMs, List<String> tried, User viewer) {
    return new DecisionView(
        stored.candidates().stream()
            .map(candidate -> candidate(candidate, stored.candidates(), tried, viewer))
            .toList(),
        stored.leftOut(),
        waitedMs);
  }

  /** An account as it is now; of a deleted one, only the alias is known. */
  private record Known(AccountNames.Shown shown, @Nullable String provider) {}

  private Known known(String account, User viewer) {
    Optional<Pool.State> state = pool.state(new AccountId(account));
    return state
        .map(found -> new Known(names.show(found.account(), viewer), found.account().provider()))
        .orElseGet(
            () ->
                new Known(
                    new AccountNames.Shown(AccountNames.alias(account, viewer), null, null, false),
                    null));
  }

  private CandidateView candidate(
      Candidate candidate, List<Candidate> all, List<String> tried, User viewer) {
    Known known = known(candidate.account(), viewer);
    int nth = tried.indexOf(candidate.account());
    return new CandidateView(
        known.shown().alias(),
        known.shown().name(),
        known.shown().owner(),
        known.shown().own(),
        known.provider(),
        standing(candidate.obstacle()),
        candidate.obstacle() == null ? null : candidate.obstacle().code(),
        DecisionReasons.reason(candidate, all, tried),
        candidate.isUsable() ? figures(candidate) : Map.of(),
        candidate.untilMs() == 0
            ? null
            : ApiJson.seconds(Instant.ofEpochMilli(candidate.untilMs())),
        candidate.running(),
        candidate.maxConcurrency(),
        nth < 0 ? null : Integer.valueOf(nth + 1));
  }

  private static Map<String, Double> figures(Candidate candidate) {
    return Map.of(
        "load", candidate.load(),
        "window", candidate.window(),
        "errors", candidate.errors(),
        "slowness", candidate.slowness(),
        "warmth", candidate.warmth(),
        "score", Math.round(candidate.score() * 100) / 100.0);
  }

  /** How the account stood when it was considered. */
  private static String standing(@Nullable Obstacle obstacle) {
    return switch (obstacle) {
      case OFF -> "off";
      case RESTING -> "resting";
      case SPENT -> "spent";
      case REVOKED -> "revoked";
      case null, default -> "ready";
    };
  }

  private AttemptView attempt(JsonNode attempt, User viewer) {
    Known known = known(attempt.path("account").asText(), viewer);
    int status = attempt.path("status").asInt();
    return new AttemptView(
        known.shown().alias(),
        known.shown().own(),
        known.provider(),
        status,
        reason(attempt.path("outcome").asText(), status),
        attempt.path("milliseconds").asLong());
  }

  /** What came of an attempt. */
  private static String reason(String outcome, int status) {
    return switch (outcome) {
      case "served" -> "served";
      case "gone" -> "client_left";
      case "caller-fault" -> "caller_fault";
      default ->
          switch (status) {
            case 0 -> "no_answer";
            case 401, 403 -> "credential_refused";
            case 402 -> "payment_required";
            case 429 -> "rate_limit";
            default -> status / 100 == 2 ? "broke_off" : "provider_error";
          };
    };
  }
}
