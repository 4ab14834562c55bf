package potluck.gateway.relay;

import java.net.URI;
import java.util.Map;
import potluck.dialect.model.Ask;
import potluck.gateway.meter.Reading;

/**
 * Follows single requests, for traces; {@link Observer} counts them all. It must be quick and must
 * not throw. Safe for use by many threads; what it gives out is used by one.
 */
public interface Tracer {
  /** Follows nothing, and sends nothing along. */
  Tracer NONE = _ -> RequestSpan.NONE;

  /** A request has come; its trail ends when it is closed. */
  RequestSpan begin(Call call);

  /** What becomes of one request. */
  interface RequestSpan extends AutoCloseable {
    RequestSpan NONE =
        new RequestSpan() {
          @Override
          public AttemptSpan attempt(String provider, String model, URI uri) {
            return AttemptSpan.NONE;
          }

          @Override
          public void finished(Ask ask, Reading reading) {}

          @Override
          public void refused(int status) {}

          @Override
          public void close() {}
        };

    /**
     * A request to an account begins.
     *
     * @param model as the provider calls it
     */
    AttemptSpan attempt(String provider, String model, URI uri);

    /** Its reading is made: before the last byte leaves, and within the attempt that served. */
    void finished(Ask ask, Reading reading);

    /** It is answered with an error. */
    void refused(int status);

    @Override
    void close();
  }

  /** What becomes of one attempt. */
  interface AttemptSpan {
    AttemptSpan NONE =
        new AttemptSpan() {
          @Override
          public Map<String, String> headers() {
            return Map.of();
          }

          @Override
          public void ended(int status, String outcome) {}
        };

    /** What goes along to the provider, by lower-case name, so that its trace is part of ours. */
    Map<String, String> headers();

    /**
     * @param status the provider's, or 0 where it gave none
     * @param outcome served, caller-fault, another or gone
     */
    void ended(int status, String outcome);
  }
}
