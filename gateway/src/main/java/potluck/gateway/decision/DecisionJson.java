package potluck.gateway.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The JSON of a {@link Decision} in the column {@code usage.decision}: {@code {"candidates":
 * [{"account": "…", "obstacle": "full", "running": 8, "max": 8}], "left_out": 2}}. Zeros and absent
 * values are left out, so that a candidate has about a hundred characters. Stateless.
 */
public final class DecisionJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DecisionJson() {}

  /**
   * What a row says of its decision.
   *
   * @param leftOut number of accounts that were considered and are not among the candidates
   */
  public record Stored(List<Candidate> candidates, int leftOut) {}

  public static String write(Decision decision) {
    StringBuilder json = new StringBuilder(64).append("{\"candidates\":[");
    String separator = "";
    for (Candidate candidate : decision.candidates()) {
      json.append(separator).append("{\"account\":\"").append(candidate.account()).append('"');
      if (candidate.obstacle() != null) {
        json.append(",\"obstacle\":\"").append(candidate.obstacle().code()).append('"');
      }
      if (candidate.preferred()) {
        json.append(",\"preferred\":true");
      }
      number(json, "priority", candidate.priority());
      number(json, "step", candidate.step());
      number(json, "running", candidate.running());
      number(json, "max", candidate.maxConcurrency());
      number(json, "until", candidate.untilMs());
      term(json, "load", candidate.load());
      term(json, "window", candidate.window());
      term(json, "errors", candidate.errors());
      term(json, "slowness", candidate.slowness());
      term(json, "warmth", candidate.warmth());
      json.append('}');
      separator = ",";
    }
    json.append(']');
    number(json, "left_out", decision.leftOut());
    return json.append('}').toString();
  }

  private static void number(StringBuilder json, String name, long value) {
    if (value != 0) {
      json.append(",\"").append(name).append("\":").append(value);
    }
  }

  private static void term(StringBuilder json, String name, double value) {
    if (value != 0) {
      json.append(",\"").append(name).append("\":").append(value);
    }
  }

  /**
   * Reads what {@link #write} wrote; unknown fields and obstacles of later versions are ignored.
   *
   * @throws IllegalStateException if it is not JSON
   */
  public static Stored read(String json) {
    try {
      JsonNode all = JSON.readTree(json);
      List<Candidate> candidates = new ArrayList<>();
      for (JsonNode one : all.path("candidates")) {
        candidates.add(
            new Candidate(
                one.path("account").asText(),
                obstacle(one.path("obstacle")),
                one.path("preferred").asBoolean(),
                one.path("priority").asInt(),
                one.path("step").asInt(),
                one.path("running").asInt(),
                one.path("max").asInt(),
                one.path("until").asLong(),
                one.path("load").asDouble(),
                one.path("window").asDouble(),
                one.path("errors").asDouble(),
                one.path("slowness").asDouble(),
                one.path("warmth").asDouble()));
      }
      return new Stored(candidates, all.path("left_out").asInt());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a decision in the database is not JSON", e);
    }
  }

  private static @Nullable Obstacle obstacle(JsonNode name) {
    if (name.isMissingNode()) {
      return null;
    }
    try {
      return Obstacle.valueOf(name.asText().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      return Obstacle.RESTING;
    }
  }
}
