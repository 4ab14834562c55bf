package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import potluck.kit.ReceivedRequest;

/** One address of a provider: what it refuses, and how it words its answers. Stateless. */
public interface ProviderEndpoint {
  /** Whether this request is for this door. */
  boolean serves(ReceivedRequest request);

  /** The model that the request names, or empty. */
  String model(ReceivedRequest request, JsonNode body);

  /**
   * Answers, or refuses as the provider would.
   *
   * @param script its quirks are the door's to play; its fault is not
   */
  FakeReply answer(ReceivedRequest request, JsonNode body, Script script)
      throws RejectedRequestException;

  /** What this provider says of its limits beside each answer, by lower-case header name. */
  default Map<String, String> rateLimitHeaders() {
    return Map.of();
  }

  /** An error in this provider's own form. */
  FakeReply.Complete error(int status, String message);
}
