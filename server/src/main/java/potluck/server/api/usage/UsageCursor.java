package potluck.server.api.usage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import potluck.gateway.meter.UsageQueries.Place;
import potluck.server.http.ApiError;
import potluck.server.http.MessageKey;

/**
 * The place in the list of usage rows as text in a query, such as {@code 1d2b3c4d5e.1f}. Stateless.
 */
final class UsageCursor {
  private static final int RADIX = 36;

  private UsageCursor() {}

  static String of(Place place) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, place.at());
    return Long.toString(micros, RADIX) + "." + Long.toString(place.id(), RADIX);
  }

  /**
   * @throws ApiError 422 if it is not the text of a place
   */
  static Place parse(String text) {
    if (!text.matches("[0-9a-z]{1,11}\\.[0-9a-z]{1,12}")) {
      throw new ApiError(422, MessageKey.INVALID_CURSOR);
    }
    int dot = text.indexOf('.');
    long micros = Long.parseLong(text.substring(0, dot), RADIX);
    return new Place(
        Instant.EPOCH.plus(micros, ChronoUnit.MICROS),
        Long.parseLong(text.substring(dot + 1), RADIX));
  }
}
