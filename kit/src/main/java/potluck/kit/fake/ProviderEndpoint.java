package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import potluck.kit.ReceivedRequest;

/**
 * One endpoint of a provider: which requests it rejects, and the form of its answers.
 * Implementations are stateless.
 */
public interface ProviderEndpoint {
  /** Whether a request is for this endpoint. */
  boolean serves(ReceivedRequest request);

  /** The model that the request names; empty if it names no model. */
  String model(ReceivedRequest request, JsonNode body);

  /**
   * Answers as the provider would.
   *
   * @param script its quirks are applied here; its fault is applied by the caller
   * @throws RejectedRequestException if the provider would reject the request
   */
  FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException;

  /** Rate-limit headers of each answer, by lower-case name. */
  default Map<String, String> rateLimitHeaders() {
    return Map.of();
  }

  /** An error in the provider's form. */
  FakeReply.Complete error(int status, String message);
}
