package potluck.kit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One request as it came over the wire. Immutable.
 *
 * @param target path and query, still encoded
 * @param headers in their order, names in lower case
 * @param head the bytes of the head, as Latin-1 text
 */
public record ReceivedRequest(
    String method,
    String target,
    List<Map.Entry<String, String>> headers,
    String head,
    byte[] body) {

  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The query without the question mark, or empty. */
  public String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  /** The first value of that header. */
  public Optional<String> header(String lowerCaseName) {
    return headers.stream()
        .filter(header -> header.getKey().equals(lowerCaseName))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
