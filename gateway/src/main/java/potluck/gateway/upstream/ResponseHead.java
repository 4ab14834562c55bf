package potluck.gateway.upstream;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parsed head of a response. Immutable.
 *
 * @param minorVersion the digit after {@code HTTP/1.}
 * @param headers in order, names in lower case
 */
record ResponseHead(int status, int minorVersion, List<Map.Entry<String, String>> headers) {

  boolean isInterim() {
    return status < 200;
  }

  @Nullable String first(String name) {
    for (Map.Entry<String, String> header : headers) {
      if (header.getKey().equals(name)) {
        return header.getValue();
      }
    }
    return null;
  }

  /** All values of a header as one comma-separated list; null if it is missing. */
  @Nullable String joined(String name) {
    @Nullable String first = null;
    @Nullable StringBuilder all = null;
    for (Map.Entry<String, String> header : headers) {
      if (!header.getKey().equals(name)) {
        continue;
      }
      if (first == null) {
        first = header.getValue();
      } else {
        if (all == null) {
          all = new StringBuilder(first);
        }
        all.append(',').append(header.getValue());
      }
    }
    return all == null ? first : all.toString();
  }

  /** Whether the server will keep the connection open. */
  boolean keepsAlive() {
    @Nullable String connection = joined("connection");
    if (connection == null) {
      return minorVersion == 1;
    }
    for (String option : connection.split(",")) {
      if (option.strip().equalsIgnoreCase("close")) {
        return false;
      }
    }
    return minorVersion == 1;
  }
}
