package potluck.server.importing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads dumps that mariadb-dump wrote ({@code importing/*-dump*.sql}), of databases with blobs,
 * routines, unusual names and invalid dates.
 */
class SqlDumpTablesTest {
  private static final Path DUMPS = Path.of("src/test/resources/importing");

  private static final String SMALL =
      """
      CREATE TABLE `users` (`id` int, `username` text);
      INSERT INTO `users` VALUES (1,'é中😀');
      """;

  @TempDir private Path temp;

  private static List<Map<String, String>> rows(Path file, String table, String... columns)
      throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (SqlDumpTables dump = SqlDumpTables.of(file)) {
      dump.each(table, List.of(columns), row -> rows.add(row.values()));
    }
    return rows;
  }

  @Test
  void blobsAndRoutinesDoNotHideOtherRows() throws IOException {
    for (String file : new String[] {"new-api-dump.sql", "new-api-dump-hex.sql"}) {
      Path dump = DUMPS.resolve(file);
      assertThat(rows(dump, "users", "username", "display_name", "quota"))
          .as(file)
          .hasSize(6)
          .contains(
              Map.of("username", "mei", "display_name", "美😀\0\u001a\b", "quota", "1000000"),
              Map.of(
                  "username", "😀back\\slash'quote\"", "display_name", "", "quota", "2147483647"));
      assertThat(rows(dump, "users", "id", "deleted_at"))
          .contains(
              Map.of("id", "1"),
              Map.of("id", "4", "deleted_at", "2024-01-01 00:00:00.123"),
              Map.of("id", "5", "deleted_at", "0000-00-00 00:00:00.000"));
      assertThat(rows(dump, "tokens", "name").getFirst())
          .containsExactly(Map.entry("name", "it's; mine \\ 😀"));
      assertThat(rows(dump, "channels", "key").getFirst())
          .containsExactly(Map.entry("key", "sk-up-one\nsk-up-two\r\nsk-up-three"));
      assertThat(rows(dump, "channels", "channel_info").getFirst().get("channel_info"))
          .contains("\"it's \\\"bad\\\" \\\\ \\u4e2d\"");
    }
    assertThat(rows(DUMPS.resolve("one-api-dump.sql"), "users", "username", "display_name"))
        .hasSize(5)
        .contains(
            Map.of("username", "老王", "display_name", "tab\tline\r\nnul\0end"),
            Map.of("username", "it's\\", "display_name", ""),
            Map.of("username", "sso"));
  }

  @Test
  void byteOrderMarkIsSkipped() throws IOException {
    Path file = Files.writeString(temp.resolve("mark.sql"), "\ufeff" + SMALL);
    assertThat(rows(file, "users", "username")).containsExactly(Map.of("username", "é中😀"));
  }

  @Test
  void otherEncodingsAreRefusedWithAdvice() throws IOException {
    Path wide = Files.write(temp.resolve("wide.sql"), ("\ufeff" + SMALL).getBytes(UTF_16LE));
    assertThatThrownBy(() -> SqlDumpTables.of(wide)).hasMessageContaining("UTF-16");
    Path old =
        Files.write(temp.resolve("old.sql"), SMALL.replaceAll("中😀", "").getBytes(ISO_8859_1));
    assertThatThrownBy(() -> rows(old, "users", "username"))
        .hasMessageContaining("users.username")
        .hasMessageContaining("--default-character-set=utf8mb4");
    assertThat(rows(old, "users", "id")).containsExactly(Map.of("id", "1"));
    Path named = Files.write(temp.resolve("named.sql"), ("SET NAMES gbk;" + SMALL).getBytes(UTF_8));
    assertThatThrownBy(() -> SqlDumpTables.of(named)).hasMessageContaining("gbk");
  }

  @Test
  void dumpOfTwoDatabasesIsRefused() throws IOException {
    Path file = Files.writeString(temp.resolve("two.sql"), SMALL + "USE `other`;" + SMALL);
    try (SqlDumpTables dump = SqlDumpTables.of(file)) {
      assertThatThrownBy(() -> dump.columns("users")).hasMessageContaining("two databases");
    }
  }
}
