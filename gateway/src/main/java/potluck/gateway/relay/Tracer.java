package potluck.gateway.relay;

import java.net.URI;
import java.util.Map;
import potluck.dialect.model.Ask;
import potluck.gateway.meter.Reading;

/**
 * Traces single requests; {@link Observer} counts all of them. Implementations must be quick, must
 * not throw, and are thread-safe; the spans they return are used by one thread.
 */
public interface Tracer {
  /** Traces nothing and sends no headers. */
  Tracer NONE = _ -> RequestSpan.NONE;

  /** Starts the span of a request, which ends when it is closed. */
  RequestSpan begin(Call call);

  /** The span of one request. */
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
     * Starts the span of an attempt.
     *
     * @param model the provider's name of the model
     */
    AttemptSpan attempt(String provider, String model, URI uri);

    /** The reading is known: before the last byte is sent, and inside the attempt that served. */
    void finished(Ask ask, Reading reading);

    /** The request is answered with an error. */
    void refused(int status);

    @Override
    void close();
  }

  /** The span of one attempt. */
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

    /** Headers to send to the provider, by lower-case name, so that its trace continues ours. */
    Map<String, String> headers();

    /**
     * Ends the span.
     *
     * @param status the provider's status; 0 if there was no response
     * @param outcome served, caller-fault, another or gone
     */
    void ended(int status, String outcome);
  }
}
