package potluck.dialect.wire;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** How long an upstream asks to wait: {@code retry-after-ms}, or {@code retry-after} in seconds. */
public final class RetryAfter {
  private static final String NUMBER = "[0-9]{1,9}(\\.[0-9]{1,6})?";

  private RetryAfter() {}

  /**
   * @param header looks up a response header by its lower-case name
   * @return null where it asks for nothing that can be read without a clock
   */
  public static @Nullable Duration read(UnaryOperator<@Nullable String> header) {
    @Nullable String millis = header.apply("retry-after-ms");
    if (millis != null && millis.strip().matches(NUMBER)) {
      return Duration.ofMillis((long) Double.parseDouble(millis.strip()));
    }
    @Nullable String seconds = header.apply("retry-after");
    if (seconds != null && seconds.strip().matches(NUMBER)) {
      return Duration.ofMillis((long) (Double.parseDouble(seconds.strip()) * 1000));
    }
    return null;
  }

  /** Whole seconds, rounded up: to come back too early helps nobody. */
  public static long seconds(Duration wait) {
    return wait.plusMillis(999).toSeconds();
  }
}
