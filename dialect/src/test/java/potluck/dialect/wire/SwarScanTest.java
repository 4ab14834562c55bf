package potluck.dialect.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** Scanning eight bytes at a time gives the same result as a loop over single bytes. */
class SwarScanTest {
  /** Values around each limit, which a borrow from a neighbouring byte could move across it. */
  private static final int[] BORDERS = {
    0, 1, 0x1F, 0x20, 0x21, '"', '#', '[', '\\', ']', 0x7E, 0x7F, 0x80, 0x81, 0xA0, 0xA2, 0xDC, 0xFF
  };

  @RepeatedTest(200)
  void findsTheSameByteAsALoop(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    byte[] bytes = new byte[300];
    for (int i = 0; i < bytes.length; i++) {
      boolean border = random.nextInt(repetition.getCurrentRepetition()) == 0;
      bytes[i] =
          (byte) (border ? BORDERS[random.nextInt(BORDERS.length)] : 'a' + random.nextInt(26));
    }
    for (int from = 0; from < bytes.length; from++) {
      int to = from + random.nextInt(bytes.length - from + 1);
      assertThat(SwarScan.indexOfNonPlain(bytes, from, to)).isEqualTo(plain(bytes, from, to));
      assertThat(SwarScan.indexOfQuote(bytes, from, to)).isEqualTo(quote(bytes, from, to));
    }
  }

  @Test
  void findsTheSameByteForEveryPair() {
    for (int first = 0; first < 256; first++) {
      for (int second = 0; second < 256; second++) {
        byte[] bytes =
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa".getBytes(StandardCharsets.US_ASCII);
        bytes[13] = (byte) first;
        bytes[14] = (byte) second;
        assertThat(SwarScan.indexOfNonPlain(bytes, 0, 40)).isEqualTo(plain(bytes, 0, 40));
        assertThat(SwarScan.indexOfQuote(bytes, 0, 40)).isEqualTo(quote(bytes, 0, 40));
      }
    }
  }

  private static int plain(byte[] b, int from, int to) {
    int i = from;
    while (i < to && b[i] >= 0x20 && b[i] != '"' && b[i] != '\\') {
      i++;
    }
    return i;
  }

  private static int quote(byte[] b, int from, int to) {
    int i = from;
    while (i < to && b[i] != '"' && b[i] != '\\') {
      i++;
    }
    return i;
  }
}
