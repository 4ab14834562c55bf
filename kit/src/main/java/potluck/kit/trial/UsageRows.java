package potluck.kit.trial;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * All rows of usage that the program has, to be held against what clients were given. Immutable.
 *
 * @param count how many there are
 * @param duplicates rows that stand there more than once
 * @param countByClientId how many there are for each id that a client gave its request
 * @param deliveredIds ids of clients whose answers, by their rows, were delivered
 * @param ledger what the program says of its sums
 */
record UsageRows(
    long count,
    long duplicates,
    Map<String, Integer> countByClientId,
    Set<String> deliveredIds,
    JsonNode ledger) {
  private static final int PAGE = 200;

  /**
   * @param token of an administrator
   */
  static UsageRows read(PotluckProcess house, String token)
      throws IOException, InterruptedException {
    Map<String, Integer> byClient = new HashMap<>();
    Set<String> released = new HashSet<>();
    Set<String> ids = new HashSet<>();
    long count = 0;
    long total = Long.MAX_VALUE;
    for (long offset = 0; offset < total; offset += PAGE) {
      JsonNode page =
          house
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
    JsonNode ledger = house.call("GET", "/api/admin/ledger/verify", token, null);
    return new UsageRows(count, count - ids.size(), byClient, released, ledger);
  }

  /** Answers that were delivered and have no row. */
  long missing(Set<String> delivered) {
    return delivered.stream().filter(id -> !countByClientId.containsKey(id)).count();
  }

  /** Requests that have more than one row. */
  long withSeveralRows() {
    return countByClientId.values().stream().filter(rows -> rows > 1).count();
  }

  /** Whether each answer has exactly one row, and the sums add up. */
  boolean isConsistent(Set<String> delivered) {
    return missing(delivered) == 0
        && duplicates == 0
        && withSeveralRows() == 0
        && ledger.path("ok").asBoolean();
  }
}
