package potluck.server.api.usage;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import potluck.gateway.identity.Audit;
import potluck.gateway.meter.Price;
import potluck.gateway.meter.PriceList;
import potluck.gateway.meter.PriceStore;
import potluck.gateway.pool.Pool;
import potluck.server.http.AccessPolicy;
import potluck.server.http.ApiError;
import potluck.server.http.Envelope;
import potluck.server.http.HttpRoute;
import potluck.server.http.MessageKey;
import potluck.server.http.Request;

/** Prices of models. */
final class PriceRoutes {
  private static final double PICO_PER_MICRO = 1e6;

  private final PriceStore book;
  private final PriceList list;
  private final Pool pool;
  private final Audit audit;
  private final InstantSource clock;

  PriceRoutes(PriceStore book, PriceList list, Pool pool, Audit audit, InstantSource clock) {
    this.audit = audit;
    this.book = book;
    this.list = list;
    this.pool = pool;
    this.clock = clock;
  }

  List<HttpRoute> routes() {
    return List.of(
        new HttpRoute("GET", "/api/prices", AccessPolicy.USER, this::list),
        new HttpRoute("GET", "/api/admin/prices", AccessPolicy.AUDIT, this::getOwn),
        new HttpRoute("PUT", "/api/admin/prices", AccessPolicy.ADMIN, this::replaceOwn));
  }

  /** In USD per million tokens; null if the model has no price. */
  record PriceView(
      String model,
      @Nullable Double input,
      @Nullable Double cached,
      @Nullable Double written,
      @Nullable Double output) {}

  private void list(Request request) {
    List<PriceView> shown = new ArrayList<>();
    for (String model : pool.models(request.caller())) {
      Optional<Price> found = list.find(model, null, clock.instant());
      shown.add(
          new PriceView(
              model,
              found.map(price -> price.input() / PICO_PER_MICRO).orElse(null),
              found.map(price -> price.cached() / PICO_PER_MICRO).orElse(null),
              found.map(price -> price.written() / PICO_PER_MICRO).orElse(null),
              found.map(price -> price.output() / PICO_PER_MICRO).orElse(null)));
    }
    request.json(Envelope.data(shown));
  }

  record OwnPrices(@JsonRawValue String prices) {}

  private void getOwn(Request request) {
    request.json(new OwnPrices(book.readJson()));
  }

  /** Replaces the list of {@code {"model": .., "input": .., "output": ..}}. */
  private void replaceOwn(Request request) {
    try {
      book.replace(new String(request.body(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ApiError(422, MessageKey.INVALID_PRICES, e.getMessage());
    }
    request.audit(audit, "prices.replace", "prices", "");
    getOwn(request);
  }
}
