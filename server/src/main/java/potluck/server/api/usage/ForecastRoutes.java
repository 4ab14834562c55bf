package potluck.server.api.usage;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import potluck.gateway.meter.Tariff;
import potluck.gateway.pool.Pool;
import potluck.gateway.quota.QuotaHistory;
import potluck.gateway.quota.QuotaPoint;
import potluck.gateway.quota.QuotaRules;
import potluck.gateway.quota.Quotas;
import potluck.gateway.quota.Statements;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.ApiJson;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.Request;
import potluck.server.http.TimeParser;

/** What was left of a user's quotas, what will be, and the rules by which they recover. */
final class ForecastRoutes {
  private static final int DEFAULT_POINTS = 300;
  private static final int MAX_POINTS = 2000;
  private static final Duration DEFAULT_AGE = Duration.ofHours(24);
  private static final long MICROS = 1_000_000;

  private final Statements statements;
  private final QuotaHistory history;
  private final Quotas quotas;
  private final Tariff tariff;
  private final Pool pool;
  private final InstantSource clock;

  ForecastRoutes(
      Statements statements,
      QuotaHistory history,
      Quotas quotas,
      Tariff tariff,
      Pool pool,
      InstantSource clock) {
    this.statements = statements;
    this.history = history;
    this.quotas = quotas;
    this.tariff = tariff;
    this.pool = pool;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/usage/forecast", AccessPolicy.USER, this::forecast),
        new HttpRoute("GET", "/api/usage/quota/history", AccessPolicy.USER, this::history),
        new HttpRoute("GET", "/api/usage/rules", AccessPolicy.USER, this::rules));
  }

  record Point(@Nullable String at, BigDecimal left) {
    static List<Point> of(List<QuotaPoint> points) {
      return points.stream()
          .map(point -> new Point(ApiJson.millis(point.at()), QuotaAmounts.number(point.left())))
          .toList();
    }
  }

  record WithOneMore(
      BigDecimal left,
      BigDecimal ceiling,
      BigDecimal rate,
      @Nullable String emptyAt,
      List<Point> points) {
    static WithOneMore of(Statements.WithOneMore more) {
      return new WithOneMore(
          QuotaAmounts.number(more.left()),
          QuotaAmounts.number(more.ceiling()),
          QuotaAmounts.number(more.rate()),
          ApiJson.seconds(more.emptyAt()),
          Point.of(more.points()));
    }
  }

  record Forecast(
      String modelName,
      String quota,
      String maxQuota,
      String recoversPerHour,
      String takenLastHour,
      @Nullable String emptyAt,
      @Nullable String fullAt,
      String unit,
      @Nullable String usableAgainAt,
      @Nullable String nextStepAt,
      BigDecimal nextStep,
      List<Point> pointsIfUsed,
      List<Point> pointsIfRest,
      WithOneMore withOneMore) {}

  private void forecast(Request request) {
    request.json(
        Envelope.data(
            statements.forecast(request.caller().user().id()).stream().map(this::show).toList()));
  }

  private Forecast show(Statements.Forecast forecast) {
    Quotas.View quota = forecast.quota();
    return new Forecast(
        quota.group(),
        QuotaAmounts.text(quota.left()),
        QuotaAmounts.text(quota.ceiling()),
        QuotaAmounts.text(quota.rate()),
        QuotaAmounts.text(forecast.pace()),
        ApiJson.offset(forecast.emptyAt()),
        ApiJson.offset(forecast.fullAt()),
        unit(),
        ApiJson.seconds(forecast.usableAgainAt()),
        quota.rate() > 0 ? ApiJson.seconds(forecast.nextStepAt()) : null,
        QuotaAmounts.number(forecast.nextStep()),
        Point.of(forecast.ifUsed()),
        Point.of(forecast.ifUnused()),
        WithOneMore.of(forecast.withOneMore()));
  }

  private String unit() {
    return tariff.unit().name().toLowerCase(Locale.ROOT);
  }

  record History(String group, String unit, @Nullable String asOf, List<Point> points) {}

  private void history(Request request) {
    @Nullable String group = request.query("group");
    @Nullable Instant from = TimeParser.query(request, "from");
    int points = (int) request.query("points", DEFAULT_POINTS, 2, MAX_POINTS);
    Instant now = clock.instant();
    Quotas.View quota =
        quotas.findByUser(request.caller().user().id(), pool.models(request.caller())).stream()
            .filter(view -> view.group().equals(group))
            .findFirst()
            .orElseThrow(ApiError::notFound);
    request.json(
        Envelope.data(
            new History(
                quota.group(),
                unit(),
                ApiJson.seconds(now),
                Point.of(
                    history.find(
                        request.caller().user().id(),
                        quota,
                        from == null ? now.minus(DEFAULT_AGE) : from,
                        points)))));
  }

  /**
   * The operator's settings for quotas.
   *
   * @param unitUsd the worth of 1.0000 in USD; null if it has no price
   * @param perAccount what one more shared account adds to the ceiling
   * @param perAccountGain what it credits at once
   */
  record Rules(
      String unit,
      @Nullable BigDecimal unitUsd,
      boolean enforced,
      BigDecimal base,
      BigDecimal baseRate,
      BigDecimal perAccount,
      BigDecimal perAccountGain,
      BigDecimal perAccountRate,
      List<String> groups) {}

  private void rules(Request request) {
    QuotaRules rules = quotas.rules();
    BigDecimal perAccount = QuotaAmounts.number(2 * rules.accountQuota());
    request.json(
        Envelope.data(
            new Rules(
                unit(),
                unitUsd(),
                rules.enforced(),
                QuotaAmounts.number(rules.base()),
                QuotaAmounts.number(rules.baseRate()),
                perAccount,
                perAccount,
                QuotaAmounts.number(rules.rate()),
                pool.models(request.caller()).stream()
                    .map(tariff.groups()::of)
                    .distinct()
                    .sorted()
                    .toList())));
  }

  private @Nullable BigDecimal unitUsd() {
    return switch (tariff.unit()) {
      case SHARE -> QuotaAmounts.number(tariff.accountWorthMicros());
      case USD -> QuotaAmounts.number(MICROS);
      case TOKENS -> null;
    };
  }
}
