package potluck.dialect.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  @Test
  void findsTopLevelMembers() {
    byte[] body =
        " {\"a\" : [1,{\"b\":2}], \"\\u0062\":\"x\\n\\u00e9\", \"c\":true}\n".getBytes(UTF_8);
    Members members = StrictJson.check(body);
    assertThat(members.string("b")).isEqualTo("x\né");
    assertThat(members.isTrue("c")).isTrue();
    assertThat(members.find("a")).isNotNull();
    assertThat(members.find("d")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "null",
        "[]",
        "\"x\"",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1}x",
        "{\"a\":1}{}",
        "{a:1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":+1}",
        "{\"a\":NaN}",
        "{\"a\":1e}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"x\":{\"\\u0061\":1,\"a\":2}}",
        "{\"a\":\"\\ud83d\"}",
        "{\"a\":\"\\udc00\\ud83d\"}",
        "{\"a\":\"\\ud83dx\"}",
        "{\"a\":[1 2]}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":\"x",
        "\ufeff{}"
      })
  void rejectsAmbiguousJson(String text) {
    assertThatThrownBy(() -> StrictJson.check(text.getBytes(UTF_8)))
        .isInstanceOf(MalformedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00c0\u00af",
        "\u00ed\u00a0\u0080",
        "\u00f4\u0090\u0080\u0080",
        "\u0080",
        "\u00e2\u0082"
      })
  void rejectsInvalidUtf8(String latin) {
    byte[] body = ("{\"a\":\"" + latin + "\"}").getBytes(ISO_8859_1);
    assertThatThrownBy(() -> StrictJson.check(body)).hasMessageContaining("UTF-8");
  }

  @Test
  void acceptsEveryPlaneOfUnicode() {
    StrictJson.check(
        "{\"a\":\"é漢🙂\\ud83d\\ude42\\u0000\",\"b\":-0.5e+10,\"c\":{}}".getBytes(UTF_8));
  }

  @Test
  void limitsTheDepth() {
    byte[] deep = ("{\"a\":" + "[".repeat(127) + "]".repeat(127) + "}").getBytes(UTF_8);
    StrictJson.check(deep);
    assertThatThrownBy(() -> StrictJson.check(deep, 127)).hasMessageContaining("127 levels");
  }

  @Test
  void limitsTheNumberOfMembers() {
    assertThatThrownBy(() -> StrictJson.check(keys(1_000_000))).hasMessageContaining("members");
    StrictJson.check(keys(9_000));
  }

  @Test
  void findsDuplicatesPerObject() {
    String object = new String(keys(100), UTF_8);
    StrictJson.check(("{\"k1\":" + object + ",\"k2\":" + object + "}").getBytes(UTF_8));
    String twice = object.substring(0, object.length() - 1) + ",\"k7\":0}";
    assertThatThrownBy(() -> StrictJson.check(twice.getBytes(UTF_8))).hasMessageContaining("k7");
    StrictJson.check(
        ("{\"\\u0061\":" + object + ",\"b\":{\"\\u0061\":1},\"c\":{\"a\":{}}}").getBytes(UTF_8));
  }

  private static byte[] keys(int count) {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":0");
    }
    return text.append('}').toString().getBytes(UTF_8);
  }
}
