package potluck.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import potluck.gateway.upstream.Timeouts;

/** Which addresses belong to a provider, so that its token counts are believed. */
class OwnAddressTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Catalogue catalogue =
      Catalogue.shipped(new Timeouts(MINUTE, MINUTE, MINUTE, MINUTE));

  @ParameterizedTest
  @CsvSource({
    "openai,https://api.openai.com/v1,true",
    "openai,https://api.openai.com/v1/,true",
    "openai,https://eu.api.openai.com/v1,true",
    "openai,http://api.openai.com/v1,false",
    "openai,https://api.openai.com.evil.example/v1,false",
    "openai,https://api.openai.com@evil.example/v1,false",
    "openai,https://evil.example/https://api.openai.com/v1,false",
    "openai,https://evil.example,false",
    "openai-compatible,https://api.openai.com/v1,false",
    "openai-compatible,http://127.0.0.1:9000/v1,false",
    "azure-openai,https://ours.openai.azure.com/openai/v1,true",
    "azure-openai,https://evil.example/.openai.azure.com,false",
    "vertex-gemini,https://us-central1-aiplatform.googleapis.com/v1/projects/p,true",
    "vertex-claude,https://aiplatform.googleapis.com/v1/projects/p,true",
    "bedrock-claude,https://bedrock-runtime.us-east-1.amazonaws.com,true",
    "bedrock-claude,https://ec2-1-2-3-4.compute-1.amazonaws.com,false",
    "bedrock-claude,https://bedrock-runtime.x.s3.amazonaws.com,false"
  })
  void addressIsTheProvidersOwn(String provider, String address, boolean own) {
    assertThat(catalogue.find(provider).orElseThrow().isOwnAddress(address)).isEqualTo(own);
  }
}
