package potluck.server.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;

/** Prints results of commands: JSON for programs, columns for people. */
final class ConsoleOutput {
  /** Fractions stay as the server writes them. */
  static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  private static final int MAX_COLUMN_WIDTH = 60;

  private ConsoleOutput() {}

  static void json(Object value) {
    try {
      System.out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** JSON rows as columns; a name may be a path with slashes. */
  static void table(Iterable<JsonNode> rows, String... names) {
    List<String[]> lines = new ArrayList<>();
    lines.add(names);
    for (JsonNode row : rows) {
      String[] line = new String[names.length];
      for (int i = 0; i < names.length; i++) {
        line[i] = text(row.at("/" + names[i]));
      }
      lines.add(line);
    }
    int[] widths = new int[names.length];
    for (String[] line : lines) {
      for (int i = 0; i < names.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    for (String[] line : lines) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < names.length; i++) {
        text.append(line[i]).append(" ".repeat(widths[i] - line[i].length() + 2));
      }
      System.out.println(text.toString().stripTrailing());
    }
  }

  private static String text(JsonNode value) {
    String text =
        value.isMissingNode() || value.isNull()
            ? "-"
            : value.isValueNode() ? value.asText() : value.toString();
    return text.length() <= MAX_COLUMN_WIDTH ? text : text.substring(0, MAX_COLUMN_WIDTH - 1) + "…";
  }
}
