package potluck.gateway.meter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEstimateTest {
  /** The counts are those of o200k. */
  @ParameterizedTest
  @CsvSource({
    "hi,1,1",
    "The quick brown fox jumps over the lazy dog.,10,20",
    "敏捷的棕色狐狸跳过了懒狗。,12,20",
    "Быстрая коричневая лиса прыгает через ленивую собаку.,14,20"
  })
  void estimateOfTextIsWithinAFactorOfTwo(String text, long tokens, int times) {
    byte[] body =
        """
        {"model":"gpt-4.1-mini","stream":true,"stream_options":{"include_usage":true},
         "messages":[{"role":"user","content":"%s"}]}"""
            .formatted(text.repeat(times))
            .getBytes(UTF_8);
    long all = 7 + tokens * times;
    assertThat(TokenEstimate.ofRequest(body)).isBetween(all / 2, all * 2);
  }

  /** A photo of a megabyte costs 1,500 tokens and not 300,000. */
  @ParameterizedTest
  @CsvSource({"image/png,iVBORw0KGgo,1500", "application/pdf,JVBERi0xLjcK,35000"})
  void estimateOfMediaIsNotItsSize(String type, String start, long most) {
    byte[] random = new byte[1 << 20];
    new Random(7).nextBytes(random);
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:%s;base64,%s%s\"}}]}]}"
            .formatted(type, start, Base64.getEncoder().encodeToString(random));
    assertThat(TokenEstimate.ofRequest(body.getBytes(UTF_8))).isBetween(1000L, most + 20);
  }
}
