package potluck.dialect.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScanTest {
  @Test
  void fieldsOfTheOutermostObjectAreFound() {
    Scan scan = scan(" {\"a\" : \"x\\u00e9\\n\", \"b\":[1,{\"a\":2}],\"c\":-1.5e+3 } ");
    assertThat(scan.text("a")).contains("xé\n");
    assertThat(scan.find("b").map(scan::raw)).contains("[1,{\"a\":2}]");
    assertThat(scan.find("c").map(scan::raw)).contains("-1.5e+3");
    assertThat(scan.find("d")).isEmpty();
    assertThat(scan.text("b")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}x",
        "{} {}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":+1}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"unfinished}",
        "{\"a\":1,\"a\":2}",
        "{\"model\":1,\"\\u006dodel\":2}",
        "{\"b\":{\"x\":1,\"x\":1}}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "\uFEFF{}",
        "{}\u0000"
      })
  void whatIsNotStrictJsonIsRefused(String text) {
    assertThatThrownBy(() -> scan(text)).isInstanceOf(Malformed.class);
  }

  @Test
  void invalidUtf8IsRefused() {
    for (byte[] bad :
        new byte[][] {
          {(byte) 0xC0, (byte) 0xAF},
          {(byte) 0xED, (byte) 0xA0, (byte) 0x80},
          {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
          {(byte) 0xE2, (byte) 0x82},
          {(byte) 0x80},
          {(byte) 0xFF}
        }) {
      byte[] body = ("{\"a\":\"" + "x".repeat(bad.length) + "\"}").getBytes(StandardCharsets.UTF_8);
      System.arraycopy(bad, 0, body, 6, bad.length);
      assertThatThrownBy(() -> Scan.object(body, 10)).isInstanceOf(Malformed.class);
    }
  }

  @Test
  void goodUtf8Passes() {
    assertThat(scan("{\"a\":\"你好 👋🏽 é\"}").text("a")).contains("你好 👋🏽 é");
    assertThat(scan("{\"a\":\"\\ud83d\\udc4b\"}").text("a")).contains("👋");
  }

  @Test
  void depthIsBounded() {
    scan("{\"a\":" + "[".repeat(9) + "]".repeat(9) + "}");
    assertThatThrownBy(() -> scan("{\"a\":" + "[".repeat(10) + "]".repeat(10) + "}"))
        .isInstanceOf(Malformed.class);
  }

  @Test
  void aMillionKeysAreCheckedToo() {
    StringBuilder many = new StringBuilder("{\"k\":0");
    for (int i = 0; i < 100_000; i++) {
      many.append(",\"k").append(i).append("\":0");
    }
    scan(many + "}");
    assertThatThrownBy(() -> scan(many + ",\"k77777\":0}")).isInstanceOf(Malformed.class);
  }

  private static Scan scan(String text) {
    return Scan.object(text.getBytes(StandardCharsets.UTF_8), 10);
  }
}
