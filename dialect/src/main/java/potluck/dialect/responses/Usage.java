package potluck.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import potluck.dialect.model.Tokens;
import potluck.dialect.wire.Tree;

/** The {@code usage} of a response: cached tokens are part of the input. */
final class Usage {
  private Usage() {}

  static Tokens read(JsonNode usage) {
    JsonNode in = usage.path("input_tokens_details");
    JsonNode out = usage.path("output_tokens_details");
    return new Tokens(
        Tree.count(usage, "input_tokens"),
        Tree.count(in, "cached_tokens"),
        Tree.count(in, "cache_write_tokens"),
        Tree.count(usage, "output_tokens"),
        Tree.count(out, "reasoning_tokens"));
  }

  static ObjectNode write(Tokens tokens) {
    ObjectNode usage = Tree.object();
    usage.put("input_tokens", tokens.input());
    ObjectNode in = usage.putObject("input_tokens_details");
    in.put("cached_tokens", tokens.cached());
    if (tokens.written() > 0) {
      in.put("cache_write_tokens", tokens.written());
    }
    usage.put("output_tokens", tokens.output());
    usage.putObject("output_tokens_details").put("reasoning_tokens", tokens.reasoning());
    usage.put("total_tokens", tokens.total());
    return usage;
  }
}
