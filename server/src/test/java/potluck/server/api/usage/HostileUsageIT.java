package potluck.server.api.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import potluck.kit.fake.Fault;
import potluck.kit.fake.Script;
import potluck.server.testing.PoolFixture;
import potluck.server.testing.TestServer;

/** Invalid token counts from an upstream raise no balance and leave the ledger consistent. */
class HostileUsageIT {
  private static final List<String> NUMBERS =
      List.of(
          "-1",
          "-9223372036854775808",
          "9223372036854775807",
          "9223372036854775808",
          "1e308",
          "-1e308",
          "1e999",
          "0.5",
          "-0.5",
          "\"12\"",
          "\"-12\"",
          "null",
          "true",
          "[]",
          "{}",
          "\"NaN\"",
          "99999999999999999999999999",
          "-0");

  @ParameterizedTest
  @ValueSource(strings = {"openai", "responses", "anthropic", "gemini"})
  void hostileUsageCreditsNobody(String dialect) {
    try (PoolFixture scene = new PoolFixture(1, dialect)) {
      // The quota of the shared account is added in the background.
      long before =
          TestServer.eventually(
              () -> Optional.of(scene.server.balance(scene.model)).filter(sum -> sum >= 2_000_000));
      String last = "";
      for (String usage : payloads(dialect)) {
        scene
            .upstream()
            .enqueue(Script.PLAIN.withFault(new Fault.Status(200, Map.of(), body(dialect, usage))));
        TestServer.Response said = scene.chat(false);
        assertThat(said.status()).as("%s: %s", usage, said.text()).isIn(200, 502, 503);
        last = said.header("x-request-id").orElseThrow();
      }
      JsonNode row = scene.row(last);
      assertThat(row.path("input_tokens").asLong()).isBetween(0L, 1_000_000_000_000L);
      assertThat(scene.server.balance(scene.model)).isLessThanOrEqualTo(before);
      JsonNode rows =
          scene
              .server
              .call("GET", "/api/usage/logs?limit=200&model_name=" + scene.model, scene.admin, null)
              .json()
              .path("data")
              .path("logs");
      for (JsonNode each : rows) {
        assertThat(each.path("quota_consumed").asDouble()).isNotNegative();
        assertThat(each.path("total_tokens").asLong()).isNotNegative();
      }
      assertThat(
              scene
                  .server
                  .call("GET", "/api/admin/ledger/verify", scene.admin, null)
                  .json()
                  .path("wrong"))
          .isEmpty();
    }
  }

  private static List<String> payloads(String dialect) {
    List<String> names =
        switch (dialect) {
          case "openai" -> List.of("prompt_tokens", "completion_tokens");
          case "gemini" -> List.of("promptTokenCount", "candidatesTokenCount");
          default -> List.of("input_tokens", "output_tokens");
        };
    List<String> payloads = new ArrayList<>(List.of("null", "[]", "\"x\"", "7", "{}"));
    for (String number : NUMBERS) {
      payloads.add("{\"%s\":%s,\"%s\":5}".formatted(names.get(0), number, names.get(1)));
      payloads.add("{\"%s\":5,\"%s\":%s}".formatted(names.get(0), names.get(1), number));
      payloads.add(
          "{\"%s\":%s,\"%s\":%s,\"total_tokens\":-3}"
              .formatted(names.get(0), number, names.get(1), number));
      payloads.add("{\"cache_read_input_tokens\":%s,\"%s\":5}".formatted(number, names.get(0)));
    }
    return payloads;
  }

  private static String body(String dialect, String usage) {
    return switch (dialect) {
      case "openai" ->
          "{\"id\":\"x\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}],\"usage\":"
              + usage
              + "}";
      case "responses" ->
          "{\"id\":\"r\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":[{\"type\":\"message\",\"id\":\"m\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"hi\",\"annotations\":[]}]}],\"usage\":"
              + usage
              + "}";
      case "anthropic" ->
          "{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":"
              + usage
              + "}";
      default ->
          "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hi\"}]},\"finishReason\":\"STOP\",\"index\":0}],\"usageMetadata\":"
              + usage
              + "}";
    };
  }
}
