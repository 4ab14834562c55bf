package potluck.dialect.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NullMembersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":null}|{}",
        "{\"a\":null,\"b\":1}|{\"b\":1}",
        "{\"a\":1.0 , \"b\" : null , \"c\":[null]}|{\"a\":1.0,\"c\":[null]}",
        "{\"a\":{\"b\":null},\"c\":null,\"d\":null}|{\"a\":{\"b\":null}}",
        "{\"a\":\"null\",\"b\":\",null}\"}|{\"a\":\"null\",\"b\":\",null}\"}",
        "[null]|[null]",
        "{\"a\":null|{\"a\":null",
        "{\"a\" null,}|{\"a\" null,}",
        "{}|{}",
      })
  void removesOnlyTopLevelNulls(String body, String left) {
    assertThat(new String(NullMembers.remove(body.getBytes(UTF_8)), UTF_8)).isEqualTo(left);
  }
}
