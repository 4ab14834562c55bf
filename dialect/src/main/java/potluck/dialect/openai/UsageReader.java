package potluck.dialect.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import potluck.dialect.model.Tokens;

/**
 * Reads what an answer or a chunk says of usage and errors; the rest of it is stepped over. Numbers
 * may be hostile: whatever is no number counts as nothing, whatever is too large is cut.
 */
final class UsageReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  private UsageReader() {}

  /**
   * What was found.
   *
   * @param choices whether there is at least one choice
   * @param tokens null where there is no usage
   * @param error whether there is an {@code error} that is not null
   */
  record Seen(boolean choices, @Nullable Tokens tokens, boolean error) {}

  /**
   * @throws IOException where the bytes are not a JSON object
   */
  static Seen read(byte[] bytes, int start, int end) throws IOException {
    boolean choices = false;
    boolean error = false;
    @Nullable Tokens tokens = null;
    try (JsonParser parser = JSON.createParser(bytes, start, end - start)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("not an object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("usage") && value == JsonToken.START_OBJECT) {
          tokens = tokens(parser.readValueAsTree());
        } else if (name.equals("choices") && value == JsonToken.START_ARRAY) {
          choices = parser.nextToken() != JsonToken.END_ARRAY;
          while (parser.currentToken() != JsonToken.END_ARRAY) {
            parser.skipChildren();
            parser.nextToken();
          }
        } else {
          error |= name.equals("error") && value != JsonToken.VALUE_NULL;
          parser.skipChildren();
        }
      }
    }
    return new Seen(choices, tokens, error);
  }

  private static Tokens tokens(JsonNode usage) {
    JsonNode in = usage.path("prompt_tokens_details");
    JsonNode out = usage.path("completion_tokens_details");
    long prompt = number(usage.path("prompt_tokens"));
    long completion = number(usage.path("completion_tokens"));
    long reasoning = number(out.path("reasoning_tokens"));
    // Some servers leave reasoning out of the completion: then the total tells.
    if (reasoning > 0 && number(usage.path("total_tokens")) - prompt - completion == reasoning) {
      completion += reasoning;
    }
    return new Tokens(
        prompt,
        number(in.path("cached_tokens")),
        number(in.path("cache_write_tokens")),
        completion,
        reasoning);
  }

  private static long number(JsonNode node) {
    return node.isNumber() ? (long) Math.clamp(node.asDouble(), 0, Tokens.MOST) : 0;
  }
}
