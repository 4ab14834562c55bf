package potluck.server.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dumps are read as MySQL writes them; a file that is not a dump is refused. */
class SqlDumpReaderTest {
  private static final String TABLE =
      """
      CREATE TABLE `t` (
        `id` int NOT NULL AUTO_INCREMENT COMMENT 'a, b) c',
        `key` enum('x','y') DEFAULT 'x',
        `v` decimal(10,2) GENERATED ALWAYS AS (round(`id`,2)) STORED,
        PRIMARY KEY (`id`),
        UNIQUE KEY `k` (`key`,`v`)
      ) ENGINE=InnoDB;
      """;

  private static List<Map<String, String>> read(String dump) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    new SqlDumpReader(new StringReader(dump))
        .read((_, _) -> {}, (_, row) -> rows.add(row), "t"::equals);
    return rows;
  }

  @Test
  void readsValuesOfEachKind() throws IOException {
    assertThat(
            read(
                TABLE
                    + """
                    INSERT INTO `t` VALUES (1,'it\\'s \\"so\\"; \\\\ \\n it''s',-1.5),(2,NULL,0);
                    INSERT IGNORE INTO t (`id`, `key`) VALUES (3, _binary 'bytes'), (b'101', 'é中😀');
                    /*!50003 CREATE TRIGGER nothing BEFORE INSERT ON t FOR EACH ROW SET x = 'y;' */;
                    # a comment; with a semicolon
                    REPLACE INTO `t` VALUES (0xff,'',1e3);
                    """))
        .containsExactly(
            Map.of("id", "1", "key", "it's \"so\"; \\ \n it's", "v", "-1.5"),
            Map.of("id", "2", "v", "0"),
            Map.of("id", "3", "key", "bytes"),
            Map.of("id", "5", "key", "é中😀"),
            Map.of("id", "\u00ff", "key", "", "v", "1e3"));
  }

  @Test
  void skipsOtherTablesAndStatements() throws IOException {
    assertThat(
            read(
                "SET NAMES utf8mb4; CREATE DATABASE x; "
                    + TABLE
                    + "INSERT INTO `other` VALUES (1,'INSERT INTO `t` VALUES (9,9,9);');"
                    + "INSERT INTO `shop`.`t` VALUES (7,'x',NULL);"))
        .containsExactly(Map.of("id", "7", "key", "x"));
  }

  @Test
  void skippedTextMayHaveAnyLength() throws IOException {
    String long17 = "it\\'s ''long'' ".repeat(17 << 16);
    assertThat(
            read(
                TABLE
                    + "INSERT INTO `other` VALUES (1,'"
                    + long17
                    + "');INSERT INTO `t` VALUES (7,'x',NULL);"))
        .containsExactly(Map.of("id", "7", "key", "x"));
  }

  @Test
  void rowRangesOfEachTableCanBeReadAgain(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("dump.sql");
    Files.writeString(
        file,
        TABLE
            + """
            CREATE TABLE `u` (`id` int, `word` text);
            CREATE TABLE `empty` (`id` int);
            INSERT INTO `u` VALUES (1,'é中😀'),(2,'t');
            INSERT INTO `t` VALUES (1,'x',NULL);
            INSERT INTO `u` VALUES (3,'; INSERT INTO `t` VALUES (9,9,9);');
            INSERT INTO `t` (`id`) VALUES (2);
            """);
    try (SqlDumpTables rows = SqlDumpTables.of(file)) {
      assertThat(ids(rows, "t")).containsExactly("1", "2");
      assertThat(ids(rows, "u")).containsExactly("1", "2", "3");
      assertThat(ids(rows, "empty")).isEmpty();
      assertThat(ids(rows, "t")).containsExactly("1", "2");
      assertThat(rows.columns("u")).containsExactly("id", "word");
    }
  }

  private static List<String> ids(SqlDumpTables rows, String table) throws IOException {
    List<String> ids = new ArrayList<>();
    rows.each(table, List.of("id"), row -> ids.add(row.text("id", "")));
    return ids;
  }

  @Test
  void insertsInRoutinesAreIgnored() throws IOException {
    assertThat(
            read(
                TABLE
                    + """
                    DELIMITER ;;
                    /*!50003 CREATE*/ /*!50003 TRIGGER x BEFORE UPDATE ON t FOR EACH ROW BEGIN SET a = 'b;;'; END */;;
                    CREATE DEFINER=`root`@`localhost` PROCEDURE `tidy`()
                    BEGIN INSERT INTO t (id) VALUES (concat('a', ';;')); INSERT INTO t VALUES (9,9,9); CREATE TABLE t (x int); END
                    ;;
                    DELIMITER ;
                    INSERT INTO t VALUES (1,'x',2);
                    DELIMITER $$
                    CREATE FUNCTION twice(n int) RETURNS int BEGIN INSERT INTO t VALUES (8,8,8); RETURN n * 2; END$$
                    DELIMITER ;
                    INSERT INTO t VALUES (2,'x',2);
                    """))
        .extracting(row -> row.get("id"))
        .containsExactly("1", "2");
  }

  @Test
  void readsBlobsInEachForm() throws IOException {
    assertThat(
            read(
                "CREATE TABLE t (a longblob, b longblob, c bit(10), d binary(3));"
                    + "INSERT INTO t VALUES (_binary '\\0\u00c3(\\'\\Z', 0x00C3285C, b'1010101010', x'616263');"))
        .containsExactly(
            Map.of("a", "\0\u00c3('\u001a", "b", "\0\u00c3(\\", "c", "682", "d", "abc"));
    for (String odd : new String[] {"0xf", "0xzz", "b'12'", "x'0'"}) {
      assertThatThrownBy(() -> read("CREATE TABLE t (a blob); INSERT INTO t VALUES (" + odd + ");"))
          .as(odd)
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void otherEncodingsAreRefusedByName() throws IOException {
    for (String names : new String[] {"/*!40101 SET NAMES gbk */;", "SET NAMES gbk;"}) {
      assertThatThrownBy(() -> read(names + TABLE)).hasMessageContaining("gbk");
      assertThat(read(names.replace("gbk", "utf8mb4") + TABLE)).isEmpty();
    }
  }

  @Test
  void truncatedDumpIsRefused() {
    String whole = TABLE + "INSERT INTO `t` VALUES (1,'abc',2),(2,'d',3);";
    for (int end = 1; end < whole.length(); end++) {
      String part = whole.substring(0, end);
      if (!part.strip().endsWith(";") || part.endsWith("c',2),(2,'d',3")) {
        assertThatThrownBy(() -> read(part)).as(part).isInstanceOf(IOException.class);
      }
    }
    assertThatThrownBy(() -> read(TABLE + "INSERT INTO `t` VALUES (1,2);"))
        .hasMessageContaining("2 values for 3 columns");
  }

  @Test
  void randomInputFailsWithAMessage() {
    Random random = new Random(4711);
    String signs = "CREATE TABLE INSERT INTO VALUES `t`'\"\\(),;-#/*!0123ab\n";
    for (int i = 0; i < 3000; i++) {
      StringBuilder noise = new StringBuilder();
      for (int j = random.nextInt(120); j > 0; j--) {
        noise.append(signs.charAt(random.nextInt(signs.length())));
      }
      try {
        read(TABLE + noise);
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotEmpty();
      }
    }
  }
}
