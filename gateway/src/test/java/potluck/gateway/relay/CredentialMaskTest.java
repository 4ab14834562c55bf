package potluck.gateway.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import potluck.gateway.account.Secret;

class CredentialMaskTest {
  private static final Secret SECRET = new Secret("sk-proj/Ab+cd==0123456789-xyz_Q~");

  @Test
  void credentialMaskHidesEveryEncodingInAnyPieces() {
    for (String form : CredentialMask.encodings(SECRET)) {
      String text = "before " + form + " between " + form + form + "after";
      for (int size = 1; size < 90; size++) {
        assertThat(passed(text.getBytes(UTF_8), size))
            .as("%s in pieces of %d", form, size)
            .isEqualTo("before *** between ******after");
      }
    }
  }

  @Test
  void credentialMaskLeavesOtherBytesAlone() {
    byte[] noise = new byte[20_000];
    new Random(1).nextBytes(noise);
    CredentialMask.MaskingStream flow = CredentialMask.of(SECRET).newStream();
    assertThat(flow.pass(noise, true)).isSameAs(noise);
    String near = "sk-proj/Ab+cd==0123456789-xyz_Q sk-proj/Ab sk-sk-sk-proj/A";
    for (int size = 1; size < 60; size++) {
      assertThat(passed(near.getBytes(UTF_8), size)).isEqualTo(near);
    }
  }

  @Test
  void credentialMaskDoesNotDelayACompleteFrame() {
    byte[] frame = "data: {\"x\":\"sk-proj/Ab\"}\n\n".getBytes(UTF_8);
    assertThat(CredentialMask.of(SECRET).newStream().pass(frame, false)).isSameAs(frame);
  }

  @Test
  void credentialMaskIgnoresShortSecrets() {
    byte[] text = "abc abc".getBytes(UTF_8);
    assertThat(CredentialMask.of(new Secret("abc")).newStream().pass(text, true)).isSameAs(text);
  }

  private static String passed(byte[] bytes, int size) {
    CredentialMask.MaskingStream flow = CredentialMask.of(SECRET).newStream();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += size) {
      int end = Math.min(bytes.length, at + size);
      out.writeBytes(flow.pass(Arrays.copyOfRange(bytes, at, end), end == bytes.length));
    }
    return out.toString(UTF_8);
  }
}
