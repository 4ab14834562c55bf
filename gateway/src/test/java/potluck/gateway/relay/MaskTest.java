package potluck.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Secret;

class MaskTest {
  private static final Secret SECRET = new Secret("sk-proj/Ab+cd==0123456789-xyz_Q~");

  @Test
  void everyFormIsMaskedHoweverItIsCut() {
    for (String form : Mask.forms(SECRET)) {
      String text = "before " + form + " between " + form + form + "after";
      for (int size = 1; size < 90; size++) {
        assertThat(passed(text.getBytes(UTF_8), size))
            .as("%s in pieces of %d", form, size)
            .isEqualTo("before *** between ******after");
      }
    }
  }

  @Test
  void whatIsNotTheCredentialIsNotTouched() {
    byte[] noise = new byte[20_000];
    new Random(1).nextBytes(noise);
    Mask.Flow flow = Mask.of(SECRET).flow();
    assertThat(flow.pass(noise, true)).isSameAs(noise);
    String near = "sk-proj/Ab+cd==0123456789-xyz_Q sk-proj/Ab sk-sk-sk-proj/A";
    for (int size = 1; size < 60; size++) {
      assertThat(passed(near.getBytes(UTF_8), size)).isEqualTo(near);
    }
  }

  @Test
  void aFrameThatEndsWithALineIsNotHeldBack() {
    byte[] frame = "data: {\"x\":\"sk-proj/Ab\"}\n\n".getBytes(UTF_8);
    assertThat(Mask.of(SECRET).flow().pass(frame, false)).isSameAs(frame);
  }

  @Test
  void aWordTooShortToBeASecretMasksNothing() {
    byte[] text = "abc abc".getBytes(UTF_8);
    assertThat(Mask.of(new Secret("abc")).flow().pass(text, true)).isSameAs(text);
  }

  private static String passed(byte[] bytes, int size) {
    Mask.Flow flow = Mask.of(SECRET).flow();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += size) {
      int end = Math.min(bytes.length, at + size);
      out.writeBytes(flow.pass(java.util.Arrays.copyOfRange(bytes, at, end), end == bytes.length));
    }
    return out.toString(UTF_8);
  }
}
