package potluck.dialect.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.Tree;

/**
 * Anthropic's counters, as they come in several events: each that is present replaces the one
 * before. {@code input_tokens} leaves out what was read from and written to the cache. Used by one
 * thread.
 */
final class Usage {
  private long input;
  private long read;
  private long written;
  private long output;
  private long thinking;
  private boolean seen;

  void merge(JsonNode usage) {
    if (!usage.isObject()) {
      return;
    }
    seen = true;
    input = later(usage, "input_tokens", input);
    read = later(usage, "cache_read_input_tokens", read);
    written = later(usage, "cache_creation_input_tokens", written);
    output = later(usage, "output_tokens", output);
    thinking = later(usage.path("output_tokens_details"), "thinking_tokens", thinking);
  }

  /** A counter that shrinks to nothing is one that somebody left out. */
  private static long later(JsonNode usage, String name, long before) {
    long value = Math.min(Tokens.MOST, Tree.count(usage, name));
    return value == 0 ? before : value;
  }

  boolean seen() {
    return seen && tokens().total() > 0;
  }

  Tokens tokens() {
    return new Tokens(input + read + written, read, written, output, thinking);
  }

  static ObjectNode write(Tokens tokens) {
    ObjectNode usage = Tree.object();
    usage.put("input_tokens", tokens.input() - tokens.cached() - tokens.written());
    usage.put("cache_creation_input_tokens", tokens.written());
    usage.put("cache_read_input_tokens", tokens.cached());
    usage.put("output_tokens", tokens.output());
    if (tokens.reasoning() > 0) {
      usage.putObject("output_tokens_details").put("thinking_tokens", tokens.reasoning());
    }
    return usage;
  }
}
