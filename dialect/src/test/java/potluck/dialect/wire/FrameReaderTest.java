package potluck.dialect.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final String STREAM =
      """
      : hello

      event: a
      data: {"x":"é漢🙂"}

      data:no space
      id: 7
      retry

      data: one
      data
      data: three



      event:b
      data:  two spaces

      """;
  private static final List<String> EVENTS =
      List.of("a|{\"x\":\"é漢🙂\"}", "|no space", "|one\n\nthree", "b| two spaces");

  @Test
  void readsTheSameEventsForEveryChunkSizeAndLineEnding() {
    Random random = new Random(7);
    for (String ending : List.of("\n", "\r\n", "\r")) {
      byte[] bytes = STREAM.replace("\n", ending).getBytes(UTF_8);
      for (int size : new int[] {1, 2, 3, 7, bytes.length}) {
        assertThat(read(bytes, () -> size)).as("%d bytes at a time", size).isEqualTo(EVENTS);
      }
      for (int i = 0; i < 50; i++) {
        assertThat(read(bytes, () -> 1 + random.nextInt(40))).isEqualTo(EVENTS);
      }
    }
  }

  @Test
  void skipsAByteOrderMark() {
    byte[] bytes = ("\ufeffdata: x\n\n" + STREAM).getBytes(UTF_8);
    assertThat(read(bytes, () -> 1)).startsWith("|x").hasSize(5);
    assertThat(read(bytes, () -> bytes.length)).startsWith("|x").hasSize(5);
  }

  @Test
  void finishReturnsAFrameWithoutBlankLine() {
    FrameReader frames = new FrameReader();
    byte[] bytes = "data: [DONE]".getBytes(UTF_8);
    frames.feed(bytes, 0, bytes.length);
    assertThat(frames.next()).isFalse();
    assertThat(frames.finish()).isTrue();
    assertThat(data(frames)).isEqualTo("[DONE]");
    assertThat(new FrameReader().finish()).isFalse();
  }

  @Test
  void rejectsAFrameAboveTheLimit() {
    FrameReader frames = new FrameReader(1000);
    byte[] bytes = new byte[600];
    Arrays.fill(bytes, (byte) 'x');
    frames.feed(bytes, 0, 600);
    assertThat(frames.next()).isFalse();
    frames.feed(bytes, 0, 600);
    assertThatThrownBy(frames::next).isInstanceOf(MalformedException.class);
  }

  private static List<String> read(byte[] bytes, IntSupplier size) {
    FrameReader frames = new FrameReader();
    List<String> events = new ArrayList<>();
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    byte[] arriving = new byte[bytes.length];
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(size.getAsInt(), bytes.length - at);
      System.arraycopy(bytes, at, arriving, 3 % bytes.length, Math.min(length, bytes.length - 3));
      int offset = length > bytes.length - 3 ? at : 3;
      frames.feed(offset == 3 ? arriving : bytes, offset, length);
      while (frames.next()) {
        raw.write(frames.bytes(), frames.from(), frames.to() - frames.from());
        if (frames.hasData()) {
          events.add(frames.event().text(frames.bytes()) + "|" + data(frames));
        }
      }
      Arrays.fill(arriving, (byte) 0);
      at += length;
    }
    assertThat(raw.toByteArray()).isEqualTo(bytes);
    return events;
  }

  private static String data(FrameReader frames) {
    return new Span(frames.dataFrom(), frames.dataTo()).text(frames.data());
  }
}
