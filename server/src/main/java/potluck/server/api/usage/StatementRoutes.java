package potluck.server.api.usage;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.account.AccountId;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.StatementDetails;
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

  private static final int DEFAULT_MONTHS = 6;
  private static final int MAX_MONTHS = 36;

  private final Statements statements;
  private final StatementDetails details;
  private final Quotas quotas;
  private final Pool pool;
  private final InstantSource clock;

  StatementRoutes(
      Statements statements,
      StatementDetails details,
      Quotas quotas,
      Pool pool,
      InstantSource clock) {
    this.details = details;
    this.pool = pool;
    this.statements = statements;
    this.quotas = quotas;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/statement", AccessPolicy.USER, this::statement),
        new HttpRoute("GET", "/api/usage/statement/months", AccessPolicy.USER, this::months),
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
      String summary,
      List<GivenPart> givenByAccount,
      List<DrawnPart> drawnByGroup,
      GrownBack grownBack,
      BigDecimal credited,
      BigDecimal opening,
      BigDecimal closing,
      OwnUse ownUse) {}

  /**
   * What one of the user's accounts served for others.
   *
   * @param name null if the account was deleted
   */
  record GivenPart(
      String cookieId,
      @Nullable String name,
      long requests,
      long tokens,
      double cost,
      BigDecimal quota) {}

  record DrawnPart(String group, long requests, long tokens, double cost, BigDecimal quota) {}

  record GrownBack(BigDecimal base, BigDecimal shared) {}

  record OwnUse(long requests, long tokens, double cost) {}

  record Month(String month, double given, double drawn) {}

  record Months(List<Month> months) {}

  private void months(Request request) {
    int count = (int) request.query("n", DEFAULT_MONTHS, 1, MAX_MONTHS);
    request.json(
        Envelope.data(
            new Months(
                details.months(request.caller().user().id(), count).stream()
                    .map(
                        month ->
                            new Month(
                                month.month().toString(),
                                month.givenMicros() / 1e6,
                                month.drawnMicros() / 1e6))
                    .toList())));
  }

  private Optional<String> accountName(String cookieId) {
    return pool.state(new AccountId(cookieId)).map(state -> state.account().name());
  }

  private List<GivenPart> givenByAccount(long user, Instant from, Instant to) {
    return details.givenByAccount(user, from, to).stream()
        .map(
            part ->
                new GivenPart(
                    part.label(),
                    accountName(part.label()).orElse(null),
                    part.requests(),
                    part.tokens(),
                    part.costMicros() / 1e6,
                    QuotaAmounts.number(part.quotaMicros())))
        .toList();
  }

  private List<DrawnPart> drawnByGroup(long user, Instant from, Instant to) {
    return details.drawnByGroup(user, from, to).stream()
        .map(
            part ->
                new DrawnPart(
                    part.label(),
                    part.requests(),
                    part.tokens(),
                    part.costMicros() / 1e6,
                    QuotaAmounts.number(part.quotaMicros())))
        .toList();
  }

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
    StatementDetails.Movement movement = details.movement(user, from, to);
    StatementDetails.Part own = details.ownUse(user, from, to);
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
            new Statement(
                ApiJson.offset(from),
                ApiJson.offset(to),
                given,
                drawn,
                earns,
                summary,
                givenByAccount(user, from, to),
                drawnByGroup(user, from, to),
                new GrownBack(
                    QuotaAmounts.number(movement.recoveredBase()),
                    QuotaAmounts.number(movement.recoveredShared())),
                QuotaAmounts.number(movement.credited()),
                QuotaAmounts.number(movement.opening()),
                QuotaAmounts.number(movement.closing()),
                new OwnUse(own.requests(), own.tokens(), own.costMicros() / 1e6))));
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
