package potluck.gateway.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.gateway.account.Secret;

/** Uses the vectors that AWS publishes (aws-sig-v4-test-suite). */
class AwsSignatureTest {
  private static final AwsSignature SIGNATURE =
      new AwsSignature(
          "AKIDEXAMPLE",
          new Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
          null,
          "us-east-1",
          "service");

  @ParameterizedTest
  @CsvSource({
    "GET, /, '', 5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    "POST, /, '', 5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    "GET, /?Param2=value2&Param1=value1, '',"
        + " b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    "POST, /, Param1=value1, ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  })
  void awsSignatureMatchesTheExamplesOfAws(
      String method, String path, String body, String signature) {
    Map<String, String> signed =
        body.isEmpty() ? Map.of() : Map.of("content-type", "application/x-www-form-urlencoded");
    assertThat(
            SIGNATURE
                .headers(
                    method,
                    URI.create("https://example.amazonaws.com" + path),
                    signed,
                    body.getBytes(UTF_8),
                    Instant.parse("2015-08-30T12:36:00Z"))
                .getLast()
                .getValue())
        .endsWith("Signature=" + signature);
  }
}
