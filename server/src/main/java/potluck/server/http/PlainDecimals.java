package potluck.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Writes fractions as plain decimals, never with an exponent: at most six places, rounded half up,
 * as amounts of money are. At least one place is written. Thread-safe.
 */
final class PlainDecimals extends JsonSerializer<Double> {
  private static final int MAX_PLACES = 6;

  /** For a mapper. */
  static SimpleModule module() {
    return new SimpleModule("plain-decimals")
        .addSerializer(Double.class, new PlainDecimals())
        .addSerializer(double.class, new PlainDecimals());
  }

  @Override
  public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
      throws IOException {
    if (!Double.isFinite(value)) {
      out.writeNumber(value);
      return;
    }
    BigDecimal rounded =
        BigDecimal.valueOf(value).setScale(MAX_PLACES, RoundingMode.HALF_UP).stripTrailingZeros();
    out.writeNumber(rounded.scale() < 1 ? rounded.setScale(1) : rounded);
  }
}
