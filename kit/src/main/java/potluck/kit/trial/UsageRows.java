package potluck.kit.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * All usage rows of the server, to be compared with what clients received. Immutable.
 *
 * @param count number of rows
 * @param duplicates rows whose request id occurs more than once
 * @param countByClientId number of rows per id that a client gave its request
 * @param deliveredIds client ids whose rows are marked as delivered
 * @param ledger the server's own check of its sums
 */
record UsageRows(
    long count,
    long duplicates,
    Map<String, Integer> countByClientId,
    Set<String> deliveredIds,
    JsonNode ledger) {
  private static final int PAGE = 200;

  /**
   * Reads all rows.
   *
   * @param token of an administrator
   */
  static UsageRows read(PotluckProcess potluck, String token)
      throws IOException, InterruptedException {
    Map<String, Integer> byClient = new HashMap<>();
    Set<String> released = new HashSet<>();
    Set<String> ids = new HashSet<>();
    long count = 0;
    long total = Long.MAX_VALUE;
    for (long offset = 0; offset < total; offset += PAGE) {
      JsonNode page =
          potluck
              .call("GET", "/api/usage/logs?all=1&limit=" + PAGE + "&offset=" + offset, token, null)
              .path("data");
      total = page.path("pagination").path("total").asLong();
      for (JsonNode row : page.path("logs")) {
        count++;
        ids.add(row.path("request_id").asText());
        String client = row.path("client_request_id").asText();
        byClient.merge(client, 1, Integer::sum);
        if (row.path("success").asBoolean()) {
          released.add(client);
        }
      }
    }
    JsonNode ledger = potluck.call("GET", "/api/admin/ledger/verify", token, null);
    return new UsageRows(count, count - ids.size(), byClient, released, ledger);
  }

  /** Number of delivered answers without a row. */
  long missing(Set<String> delivered) {
    return delivered.stream().filter(id -> !countByClientId.containsKey(id)).count();
  }

  /** Number of requests with more than one row. */
  long withSeveralRows() {
    return countByClientId.values().stream().filter(rows -> rows > 1).count();
  }

  /** Whether each delivered answer has exactly one row, and the sums are correct. */
  boolean isConsistent(Set<String> delivered) {
    return missing(delivered) == 0
        && duplicates == 0
        && withSeveralRows() == 0
        && ledger.path("ok").asBoolean();
  }
}
