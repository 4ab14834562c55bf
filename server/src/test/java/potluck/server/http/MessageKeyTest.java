package potluck.server.http;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MessageKeyTest {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([0-9])}");
  private static final Pattern CHINESE = Pattern.compile("\\p{IsHan}");

  @Test
  void everyKeyHasBothTexts() {
    assertThat(MessageKey.values())
        .allSatisfy(
            key -> {
              assertThat(key.template().en()).isNotBlank();
              assertThat(CHINESE.matcher(key.template().en()).find()).isFalse();
              assertThat(key.template().zh()).isNotBlank();
            });
  }

  @Test
  void noTextOccursTwice() {
    Set<LocalizedText> seen = new HashSet<>();
    assertThat(MessageKey.values()).allMatch(key -> seen.add(key.template()));
  }

  /** A text may omit an argument that the other language has, but the numbers have no gaps. */
  @Test
  void placeholdersHaveNoGaps() {
    assertThat(MessageKey.values())
        .allSatisfy(
            key -> {
              Set<String> places = new HashSet<>(places(key.template().en()));
              places.addAll(places(key.template().zh()));
              for (int i = 0; i < places.size(); i++) {
                assertThat(places).contains(Integer.toString(i));
              }
            });
  }

  private static Set<String> places(String text) {
    return PLACEHOLDER.matcher(text).results().map(found -> found.group(1)).collect(toSet());
  }

  @Test
  void argumentsAreInserted() {
    assertThat(MessageKey.OUT_OF_RANGE.text("weight {1}", 1, 9).en())
        .isEqualTo("weight {1} must be from 1 to 9.");
    assertThat(MessageKey.INVALID_BODY.text(new LocalizedText("中", "en")))
        .isEqualTo(new LocalizedText("数据验证失败：中", "The body is not valid for this route (en)."));
  }
}
