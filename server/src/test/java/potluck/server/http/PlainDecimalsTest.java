package potluck.server.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainDecimalsTest {
  @ParameterizedTest
  @CsvSource({
    "2.6E-5,0.000026",
    "1E-6,0.000001",
    "0.00000049,0.0",
    "0.0000005,0.000001",
    "56.09836065573771,56.098361",
    "100,100.0",
    "12345678901.5,12345678901.5",
    "-0.25,-0.25"
  })
  void fractionIsAPlainDecimal(double value, String text) {
    String json = "{\"x\":" + text + "}";
    assertThat(new String(ApiJson.write(Map.of("x", value)), UTF_8)).isEqualTo(json);
    JsonNode tree = ApiJson.MAPPER.valueToTree(Map.of("x", value));
    assertThat(tree.toString()).isEqualTo(json);
  }
}
