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
import potluck.gateway.meter.PriceBook;
import potluck.gateway.meter.PriceList;
import potluck.gateway.pool.Pool;
import potluck.server.http.ApiError;
import potluck.server.http.Policy;
import potluck.server.http.Request;
import potluck.server.http.Route;

/** What models cost. */
final class PriceRoutes {
  private static final double PICO = 1e6;

  private final PriceBook book;
  private final PriceList list;
  private final Pool pool;
  private final Audit audit;
  private final InstantSource clock;

  PriceRoutes(PriceBook book, PriceList list, Pool pool, Audit audit, InstantSource clock) {
    this.audit = audit;
    this.book = book;
    this.list = list;
    this.pool = pool;
    this.clock = clock;
  }

  List<Route> routes() {
    return List.of(
        new Route("GET", "/api/prices", Policy.USER, this::shown),
        new Route("GET", "/api/admin/prices", Policy.AUDIT, this::set),
        new Route("PUT", "/api/admin/prices", Policy.ADMIN, this::replace));
  }

  /** In USD a million tokens; nulls where the model has no price. */
  record Shown(
      String model,
      @Nullable Double input,
      @Nullable Double cached,
      @Nullable Double written,
      @Nullable Double output) {}

  private void shown(Request request) {
    List<Shown> shown = new ArrayList<>();
    for (String model : pool.models(request.caller())) {
      Optional<Price> found = list.find(model, null, clock.instant());
      shown.add(
          new Shown(
              model,
              found.map(price -> price.input() / PICO).orElse(null),
              found.map(price -> price.cached() / PICO).orElse(null),
              found.map(price -> price.written() / PICO).orElse(null),
              found.map(price -> price.output() / PICO).orElse(null)));
    }
    request.json(new UsageRoutes.Wrapped(true, shown));
  }

  record Own(@JsonRawValue String prices) {}

  private void set(Request request) {
    request.json(new Own(book.text()));
  }

  /**
   * A list of {@code {"model": .., "input": .., "output": ..}}, which takes the place of the last.
   */
  private void replace(Request request) {
    try {
      book.replace(new String(request.body(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw new ApiError(422, "价目无效：" + e.getMessage(), String.valueOf(e.getMessage()));
    }
    request.audited(audit, "prices.replace", "prices", "");
    set(request);
  }
}
