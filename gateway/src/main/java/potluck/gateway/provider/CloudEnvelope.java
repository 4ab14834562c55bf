package potluck.gateway.provider;

import java.util.Map;
import potluck.gateway.upstream.UpstreamResponse;

/**
 * The envelope in which a cloud takes a dialect: another address, some members moved, another
 * framing of the answer. What is said stays the same. Implementations are immutable.
 */
interface CloudEnvelope {
  /** A request in its envelope. */
  record EnvelopeRequest(String path, Map<String, String> headers, byte[] body) {}

  CloudEnvelope PLAIN =
      new CloudEnvelope() {
        @Override
        public EnvelopeRequest wrap(EnvelopeRequest plain) {
          return plain;
        }
      };

  EnvelopeRequest wrap(EnvelopeRequest plain);

  /** The answer as the dialect knows it. */
  default UpstreamResponse unwrap(UpstreamResponse answer) {
    return answer;
  }
}
