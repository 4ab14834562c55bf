package potluck.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route: data, so that a test can check all of them. A pattern consists of words, and names in
 * braces that match one segment; the last may be {@code {name}:verb}, as in Gemini, and {@code
 * {name+}} matches all the rest (model names contain slashes). Not to be confused with {@code
 * potluck.gateway.route.ModelRoute}. Immutable.
 */
public record HttpRoute(
    String method, String pattern, AccessPolicy policy, Surface surface, Handler handler) {

  /** A route of Potluck's own API. */
  public HttpRoute(String method, String pattern, AccessPolicy policy, Handler handler) {
    this(method, pattern, policy, Surface.OWN, handler);
  }

  /** Handles the requests of a route. */
  @FunctionalInterface
  public interface Handler {
    void handle(Request request);
  }

  /** Whether the pattern ends in a verb. */
  boolean hasVerb() {
    return pattern.contains("}:");
  }

  /** The values of the names in the pattern; empty if the path does not match. */
  Optional<Map<String, String>> match(List<String> segments) {
    String[] wanted = pattern.substring(1).split("/", -1);
    int last = wanted.length - 1;
    boolean rest = wanted[last].contains("+}");
    if (segments.size() < wanted.length || (segments.size() > wanted.length && !rest)) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i <= last; i++) {
      String segment =
          i == last ? String.join("/", segments.subList(last, segments.size())) : segments.get(i);
      if (!match(wanted[i], segment, values)) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }

  private static boolean match(String wanted, String segment, Map<String, String> values) {
    if (!wanted.startsWith("{")) {
      return wanted.equals(segment);
    }
    int close = wanted.indexOf('}');
    String verb = wanted.substring(close + 1);
    if (!segment.endsWith(verb) || segment.length() == verb.length()) {
      return false;
    }
    String name = wanted.substring(1, close).replace("+", "");
    values.put(name, decode(segment.substring(0, segment.length() - verb.length())));
    return true;
  }

  /** Percent-decoded; unchanged if that is impossible. */
  private static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
