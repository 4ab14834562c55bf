package potluck.gateway.provider;

import java.util.Map;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * The envelope in which a cloud takes a dialect: another path, some members moved, another framing
 * of the response. The content stays the same. Implementations are immutable.
 */
interface CloudEnvelope {
  /** A request, before or after it was put into the envelope. */
  record EnvelopeRequest(String path, Map<String, String> headers, byte[] body) {}

  CloudEnvelope PLAIN =
      new CloudEnvelope() {
        @Override
        public EnvelopeRequest wrap(EnvelopeRequest plain) {
          return plain;
        }
      };

  EnvelopeRequest wrap(EnvelopeRequest plain);

  /** The response in the framing of the dialect. */
  default UpstreamResponse unwrap(UpstreamResponse response) {
    return response;
  }
}
