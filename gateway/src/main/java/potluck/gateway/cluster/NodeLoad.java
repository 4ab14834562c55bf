package potluck.gateway.cluster;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import potluck.gateway.quota.NodeUsage;

/**
 * What a node reports to its peers, in JSON. Immutable.
 *
 * @param accounts running requests by account id, for accounts with a concurrency limit
 * @param runningByKey running requests by user and key, for those with a concurrency limit
 * @param used usage since the last report
 */
record NodeLoad(
    Map<String, Integer> accounts,
    @JsonProperty("crowds") Map<String, Integer> runningByKey,
    List<NodeUsage> used) {
  private static final ObjectMapper JSON = new ObjectMapper();

  boolean isEmpty() {
    return accounts.isEmpty() && runningByKey.isEmpty() && used.isEmpty();
  }

  /** As one line of JSON. */
  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws IllegalArgumentException if the text is not such JSON
   */
  static NodeLoad parse(String text) {
    try {
      return JSON.readValue(text, NodeLoad.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not the load of a node", e);
    }
  }
}
