package potluck.kit.fake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import potluck.kit.Received;

/** One address of a provider: what it refuses, and how it words its answers. Stateless. */
public interface Door {
  /** Whether this request is for this door. */
  boolean serves(Received request);

  /** The model that the request names, or empty. */
  String model(Received request, JsonNode body);

  /**
   * Answers, or refuses as the provider would.
   *
   * @param script its quirks are the door's to play; its fault is not
   */
  Reply answer(Received request, JsonNode body, Script script) throws Refusal;

  /** What this provider says of its limits beside each answer, by lower-case header name. */
  default Map<String, String> limits() {
    return Map.of();
  }

  /** An error in this provider's own form. */
  Reply.Whole error(int status, String message);
}
