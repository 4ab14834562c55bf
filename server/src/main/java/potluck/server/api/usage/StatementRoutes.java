package potluck.server.api.usage;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;
import potluck.server.http.TimeParser;

/** Statements: what sharing adds and what drawing costs. */
final class StatementRoutes {
  private static final Duration MONTH = Duration.ofDays(30);

  private final Statements statements;
  private final Quotas quotas;
  private final Pool pool;
  private final InstantSource clock;

  StatementRoutes(Statements statements, Quotas quotas, Pool pool, InstantSource clock) {
    this.pool = pool;
    this.statements = statements;
    this.quotas = quotas;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/statement", AccessPolicy.USER, this::statement),
        new HttpRoute("GET", "/api/usage/share", AccessPolicy.USER, this::share));
  }

  record Side(long requests, long people, long tokens, double cost, String quota) {
    static Side of(Statements.Side side) {
      return new Side(
          side.requests(),
          side.people(),
          side.tokens(),
          side.costMicros() / 1e6,
          QuotaAmounts.text(side.quotaMicros()));
    }
  }

  record Statement(
      @Nullable String from,
      @Nullable String to,
      Side given,
      Side drawn,
      String earnsPerHour,
      String summary) {}

  private void statement(Request request) {
    long user = request.caller().user().id();
    @Nullable Instant wantedTo = TimeParser.query(request, "end_date");
    Instant to = wantedTo == null ? clock.instant() : wantedTo;
    @Nullable Instant wantedFrom = TimeParser.query(request, "start_date");
    Instant from = wantedFrom == null ? to.minus(MONTH) : wantedFrom;
    Side given = Side.of(statements.served(user, from, to));
    Side drawn = Side.of(statements.drawn(user, from, to));
    String earns =
        QuotaAmounts.text(
            quotas.findByUser(user).stream().mapToLong(Quotas.View::rate).max().orElse(0));
    String summary =
        String.format(
            Locale.ROOT,
            request.localized(MessageKey.STATEMENT_SUMMARY),
            given.requests(),
            given.people(),
            given.tokens(),
            given.cost(),
            drawn.cost(),
            earns);
    request.json(
        Envelope.data(
            new Statement(ApiJson.offset(from), ApiJson.offset(to), given, drawn, earns, summary)));
  }

  record Share(double weight, long waiting, long allWaiting, String arithmetic) {}

  private void share(Request request) {
    Pool.Share share = pool.share(request.caller().user().id());
    String arithmetic =
        String.format(
            Locale.ROOT,
            request.localized(MessageKey.STATEMENT_QUEUE_SHARE),
            share.weight(),
            share.weight() - 1);
    request.json(
        Envelope.data(new Share(share.weight(), share.waiting(), share.allWaiting(), arithmetic)));
  }
}
