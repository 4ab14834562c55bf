package potluck.gateway.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import potluck.gateway.quota.NodeUsage;

/**
 * What one node tells the others. Immutable.
 *
 * @param accounts requests under way, by account, of those that bear only so many
 * @param crowds requests under way, by user and key, of those that may have only so many
 * @param used since it was last told
 */
record NodeLoad(Map<String, Integer> accounts, Map<String, Integer> crowds, List<NodeUsage> used) {
  private static final ObjectMapper JSON = new ObjectMapper();

  boolean isEmpty() {
    return accounts.isEmpty() && crowds.isEmpty() && used.isEmpty();
  }

  /** In one line. */
  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws IllegalArgumentException where it is none
   */
  static NodeLoad parse(String text) {
    try {
      return JSON.readValue(text, NodeLoad.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no load of a node", e);
    }
  }
}
