package potluck.gateway.relay;

import java.util.List;
import potluck.dialect.model.Failure;
import potluck.gateway.meter.Intent;
import potluck.gateway.meter.Reading;

/**
 * Receives what the relay does, for metrics. Implementations must be quick, must not throw, and are
 * thread-safe.
 */
public interface Observer {
  /** Ignores everything. */
  Observer NONE =
      new Observer() {
        @Override
        public void attempted(String provider, String outcome) {}

        @Override
        public void lost(String from, String to, List<String> names) {}

        @Override
        public void finished(String dialect, String model, boolean stream, Reading reading) {}
      };

  /**
   * An attempt has ended.
   *
   * @param outcome served, caller-fault, another or gone
   */
  void attempted(String provider, String outcome);

  /**
   * A translation lost something.
   *
   * @param names the lost features, as in {@code x-potluck-lost}
   */
  void lost(String from, String to, List<String> names);

  /**
   * A request has ended.
   *
   * @param model the model as the caller named it; any text
   */
  void finished(String dialect, String model, boolean stream, Reading reading);

  /** A request was admitted; it will have a usage row. */
  default void opened(Intent intent) {}

  /** A request that was admitted has ended. */
  default void closed(Intent intent, Reading reading) {}

  /**
   * A request was refused or failed before the first byte of an answer, whether or not it was
   * admitted.
   */
  default void refused(Call call, Failure failure) {}
}
