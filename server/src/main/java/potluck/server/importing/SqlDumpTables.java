package potluck.server.importing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tables of a file from {@code mysqldump} or {@code mariadb-dump}. The file is read completely once
 * to check it; each wanted table is read again from its range, in constant memory. For one thread.
 */
final class SqlDumpTables implements SourceTables {
  /** U+FEFF, which some editors on Windows write first. */
  private static final byte[] UTF8_BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Path file;
  private final Map<String, Set<String>> tables;
  private final Set<String> duplicateTables;
  private final Map<String, SqlDumpReader.RowRange> rowRanges;

  private SqlDumpTables(
      Path file,
      Map<String, Set<String>> tables,
      Set<String> twice,
      Map<String, SqlDumpReader.RowRange> parts) {
    this.file = file;
    this.tables = tables;
    this.duplicateTables = twice;
    this.rowRanges = parts;
  }

  /**
   * Checks the file.
   *
   * @throws IOException if it is not a complete dump
   */
  static SqlDumpTables of(Path file) throws IOException {
    Map<String, Set<String>> tables = new LinkedHashMap<>();
    Set<String> twice = new HashSet<>();
    SqlDumpReader reader;
    try (Reader in = open(file)) {
      reader = new SqlDumpReader(in);
      reader.read(
          (table, columns) -> {
            if (tables.put(table, columns) != null) {
              twice.add(table);
            }
          },
          (_, _) -> {},
          _ -> false);
    } catch (IOException e) {
      throw invalidDump(file, String.valueOf(e.getMessage()), e);
    }
    if (reader.isTruncated()) {
      throw invalidDump(file, "the line \"Dump completed\" at the end is missing", null);
    }
    if (tables.isEmpty()) {
      throw invalidDump(file, "it is no SQLite file, and there is no CREATE TABLE in it", null);
    }
    return new SqlDumpTables(file, tables, twice, reader.rowRanges());
  }

  private static IOException invalidDump(Path file, String why, @Nullable Exception cause) {
    return new IOException(
        file
            + " is not a complete dump in UTF-8: "
            + why
            + "; create it again with mysqldump --default-character-set=utf8mb4 --result-file=FILE",
        cause);
  }

  /**
   * One character per byte: a dump contains raw blobs between texts in UTF-8.
   *
   * @throws IOException if the file is UTF-16
   */
  private static Reader open(Path file) throws IOException {
    PushbackInputStream in =
        new PushbackInputStream(new BufferedInputStream(Files.newInputStream(file)), 3);
    byte[] first = in.readNBytes(3);
    if (first.length > 1 && (first[0] & first[1] & 0xff) == 0xfe) {
      in.close();
      throw new IOException("it is in UTF-16, which > of PowerShell writes");
    }
    if (!Arrays.equals(first, UTF8_BOM)) {
      in.unread(first);
    }
    return new BufferedReader(new InputStreamReader(in, ISO_8859_1));
  }

  @Override
  public Set<String> columns(String table) throws IOException {
    if (duplicateTables.contains(table)) {
      throw new IOException(
          "The table "
              + table
              + " occurs for two databases in "
              + file
              + "; dump only the one to import from");
    }
    return tables.getOrDefault(table, Set.of());
  }

  @Override
  public void each(String table, List<String> wanted, Consumer<SourceRow> sink) throws IOException {
    SqlDumpReader.@Nullable RowRange part = rowRanges.get(table);
    if (part == null) {
      return;
    }
    try (Reader in = open(file)) {
      for (long left = part.from(); left > 0; ) {
        long passed = in.skip(left);
        if (passed == 0) {
          throw new EOFException(file + " became shorter");
        }
        left -= passed;
      }
      SqlDumpReader.forRange(part, in, table, List.copyOf(columns(table)))
          .read(
              (_, _) -> {},
              (_, values) -> {
                Map<String, String> kept = new HashMap<>();
                for (String name : wanted) {
                  @Nullable String value = values.get(name);
                  if (value != null) {
                    kept.put(name, decode(table + "." + name, value));
                  }
                }
                sink.accept(new SourceRow(kept));
              },
              table::equals);
    } catch (UncheckedIOException e) {
      throw invalidDump(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static String decode(String where, String bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1))).toString();
    } catch (CharacterCodingException e) {
      throw new UncheckedIOException(where + " is not", e);
    }
  }

  @Override
  public void close() {}
}
