package potluck.gateway.relay;

import java.util.List;
import potluck.gateway.meter.Reading;

/**
 * Hears of what the relay does, for figures. It must be quick, must not throw, and is safe for use
 * by many threads.
 */
public interface Observer {
  /** Hears nothing. */
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
   * @param outcome served, caller-fault, another or gone
   */
  void attempted(String provider, String outcome);

  /**
   * A translation could not carry something.
   *
   * @param names as in {@code x-potluck-lost}
   */
  void lost(String from, String to, List<String> names);

  /**
   * A request is over.
   *
   * @param model as the caller named it: it may be anything
   */
  void finished(String dialect, String model, boolean stream, Reading reading);
}
