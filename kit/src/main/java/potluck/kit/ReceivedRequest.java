package potluck.kit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP request as received. Immutable, except that the array is shared and must not be
 * modified.
 *
 * @param target path and query, still encoded
 * @param headers in order, with lower-case names
 * @param head the bytes of the head, as Latin-1 text
 */
public record ReceivedRequest(
    String method,
    String target,
    List<Map.Entry<String, String>> headers,
    String head,
    byte[] body) {

  /** The target without its query. */
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** The query without the question mark; empty if the URL has no query. */
  public String query() {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  /** The first value of a header. */
  public Optional<String> header(String lowerCaseName) {
    return headers.stream()
        .filter(header -> header.getKey().equals(lowerCaseName))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** The body as UTF-8 text. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
