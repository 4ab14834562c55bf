package potluck.server.moving;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tables in a file that {@code mysqldump} or {@code mariadb-dump} wrote. It is read from end to end
 * once, before anything is believed; of each table that is wanted the part that has its rows is
 * read again, in constant memory. Used by one thread.
 */
final class DumpRows implements Rows {
  private final Path file;
  private final Map<String, Set<String>> tables;
  private final Map<String, DumpReader.Part> parts;

  private DumpRows(Path file, Map<String, Set<String>> tables, Map<String, DumpReader.Part> parts) {
    this.file = file;
    this.tables = tables;
    this.parts = parts;
  }

  /**
   * @throws IOException where it is no dump, or not all of one
   */
  static DumpRows of(Path file) throws IOException {
    Map<String, Set<String>> tables = new LinkedHashMap<>();
    Map<String, DumpReader.Part> parts;
    try (BufferedReader in = Files.newBufferedReader(file, UTF_8)) {
      DumpReader reader = new DumpReader(in);
      reader.read(tables::put, (_, _) -> {}, _ -> false);
      parts = reader.parts();
      if (tables.isEmpty()) {
        throw new IOException(file + " is no SQLite file and no dump of MySQL with CREATE TABLE");
      }
      if (reader.cutShort()) {
        throw new IOException("the line \"Dump completed\" at the end is missing");
      }
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new IOException(file + " is not in UTF-8: make it again with mysqldump", e);
    } catch (IOException e) {
      throw new IOException(
          file + " is not a whole dump: " + e.getMessage() + "; make it again with mysqldump", e);
    }
    return new DumpRows(file, tables, parts);
  }

  @Override
  public Set<String> columns(String table) {
    return tables.getOrDefault(table, Set.of());
  }

  @Override
  public void each(String table, List<String> wanted, Consumer<Row> sink) throws IOException {
    Set<String> names = new LinkedHashSet<>(wanted);
    DumpReader.@Nullable Part part = parts.get(table);
    if (part == null) {
      return;
    }
    try (BufferedReader in = Files.newBufferedReader(file, UTF_8)) {
      for (long left = part.from(); left > 0; ) {
        long passed = in.skip(left);
        if (passed == 0) {
          throw new EOFException(file + " has become shorter");
        }
        left -= passed;
      }
      DumpReader.of(part, in, table, List.copyOf(columns(table)))
          .read(
              (_, _) -> {},
              (_, values) -> {
                Map<String, String> kept = new HashMap<>(values);
                kept.keySet().retainAll(names);
                sink.accept(new Row(kept));
              },
              table::equals);
    }
  }

  @Override
  public void close() {}
}
