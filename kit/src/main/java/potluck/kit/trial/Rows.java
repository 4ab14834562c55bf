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
 * @param twice rows that stand there more than once
 * @param byClient how many there are for each id that a client gave its request
 * @param released ids of clients whose answers, by their rows, were delivered
 * @param ledger what the program says of its sums
 */
record Rows(
    long count, long twice, Map<String, Integer> byClient, Set<String> released, JsonNode ledger) {
  private static final int PAGE = 200;

  /**
   * @param token of an administrator
   */
  static Rows of(House house, String token) throws IOException, InterruptedException {
    Map<String, Integer> byClient = new HashMap<>();
    Set<String> released = new HashSet<>();
    Set<String> ids = new HashSet<>();
    long count = 0;
    long total = Long.MAX_VALUE;
    for (long offset = 0; offset < total; offset += PAGE) {
      JsonNode page =
          house
              .ask("GET", "/api/usage/logs?all=1&limit=" + PAGE + "&offset=" + offset, token, null)
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
    JsonNode ledger = house.ask("GET", "/api/admin/ledger/verify", token, null);
    return new Rows(count, count - ids.size(), byClient, released, ledger);
  }

  /** Answers that were delivered and have no row. */
  long without(Set<String> delivered) {
    return delivered.stream().filter(id -> !byClient.containsKey(id)).count();
  }

  /** Requests that have more than one row. */
  long doubled() {
    return byClient.values().stream().filter(rows -> rows > 1).count();
  }

  /** Whether each answer has exactly one row, and the sums add up. */
  boolean good(Set<String> delivered) {
    return without(delivered) == 0 && twice == 0 && doubled() == 0 && ledger.path("ok").asBoolean();
  }
}
