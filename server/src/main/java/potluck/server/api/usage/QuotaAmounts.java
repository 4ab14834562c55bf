package potluck.server.api.usage;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts in millionths, in AntiHub's format. */
public final class QuotaAmounts {
  private QuotaAmounts() {}

  /** A decimal with four places, as a string. */
  public static String text(long micros) {
    return BigDecimal.valueOf(micros, 6).setScale(4, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** The same as a number. */
  static BigDecimal number(long micros) {
    return BigDecimal.valueOf(micros, 6).setScale(4, RoundingMode.HALF_EVEN);
  }
}
