package potluck.server.importing;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Reads the SQL of dumps: {@code CREATE TABLE} for column names, {@code INSERT INTO … VALUES} for
 * rows. Everything else is skipped, in one pass and constant memory. Source: the MySQL manual,
 * "String Literals" and "mysqldump". For one use by one thread.
 */
final class SqlDumpReader {
  /** Words that start a line of CREATE TABLE but are not columns; columns are in backquotes. */
  private static final Set<String> NON_COLUMN_WORDS =
      Set.of(
          "primary",
          "unique",
          "key",
          "index",
          "constraint",
          "fulltext",
          "spatial",
          "check",
          "foreign");

  private final SqlDumpTokenizer tokens;
  private final long end;
  private final Map<String, List<String>> columns = new LinkedHashMap<>();
  private final Map<String, RowRange> rowRanges = new HashMap<>();

  SqlDumpReader(Reader in) {
    this(in, Map.of(), Long.MAX_VALUE);
  }

  private SqlDumpReader(Reader in, Map<String, List<String>> columns, long until) {
    this.tokens = new SqlDumpTokenizer(in);
    this.columns.putAll(columns);
    this.end = until;
  }

  /**
   * The position of a table's rows, in characters.
   *
   * @param from start of the first INSERT
   * @param to end of the last one
   */
  record RowRange(long from, long to) {
    private RowRange upTo(RowRange later) {
      return new RowRange(from, later.to);
    }
  }

  /**
   * Reads a range that another reader has found.
   *
   * @param in starts at the range
   * @param columns of the table
   */
  static SqlDumpReader forRange(RowRange part, Reader in, String table, List<String> columns) {
    return new SqlDumpReader(in, Map.of(table, columns), part.to() - part.from());
  }

  /** The ranges of rows that were found, by table. */
  Map<String, RowRange> rowRanges() {
    return rowRanges;
  }

  /**
   * Reads the dump.
   *
   * @param tables receives each table and its columns
   * @param rows receives each row of the wanted tables, as bytes; NULL values are absent
   * @throws IOException if the dump is truncated
   */
  void read(
      BiConsumer<String, Set<String>> tables,
      BiConsumer<String, Map<String, String>> rows,
      Predicate<String> wanted)
      throws IOException {
    while (tokens.hasMore() && tokens.position() < end) {
      long from = tokens.position();
      String word = tokens.word();
      String filled = "";
      if (word.equals("delimiter")) {
        tokens.readDelimiter();
        continue;
      }
      if (tokens.isInRoutine()) {
        // The routine's inserts are not data.
      } else if (word.equals("set") && tokens.word().equals("names")) {
        SqlDumpTokenizer.checkEncoding(tokens.name());
      } else if (word.equals("create") && tokens.word().equals("table")) {
        create(tables);
      } else if (word.equals("insert") || word.equals("replace")) {
        filled = insert(rows, wanted);
      }
      tokens.skipStatement();
      if (!filled.isEmpty()) {
        rowRanges.merge(filled, new RowRange(from, tokens.position()), RowRange::upTo);
      }
    }
  }

  /** Whether the dump has a header of its program but not the matching footer. */
  boolean isTruncated() {
    return tokens.isTruncated();
  }

  private void create(BiConsumer<String, Set<String>> tables) throws IOException {
    boolean quoted = tokens.isQuoted();
    String name = tokens.name();
    while (!quoted && Set.of("if", "not", "exists").contains(name.toLowerCase(Locale.ROOT))) {
      quoted = tokens.isQuoted();
      name = tokens.name();
    }
    tokens.expect('(');
    List<String> names = new ArrayList<>();
    boolean more = true;
    while (more) {
      boolean named = tokens.isQuoted();
      String column = tokens.name();
      if (named || !NON_COLUMN_WORDS.contains(column.toLowerCase(Locale.ROOT))) {
        names.add(column);
      }
      more = tokens.skipDefinition();
    }
    columns.put(name, names);
    tables.accept(name, new LinkedHashSet<>(names));
  }

  /** The table of the INSERT; empty for none. Rows of unwanted tables are skipped by the caller. */
  private String insert(BiConsumer<String, Map<String, String>> rows, Predicate<String> wanted)
      throws IOException {
    for (String word = tokens.word(); !word.equals("into"); word = tokens.word()) {
      if (word.isEmpty()) {
        return ""; // "INSERT IGNORE INTO" has a table, "INSERT;" has none.
      }
    }
    String table = tokens.name();
    if (!wanted.test(table)) {
      return table;
    }
    List<String> names = columns.getOrDefault(table, List.of());
    if (tokens.isNext('(')) {
      names = tokens.names();
    }
    tokens.word(); // VALUES
    do {
      List<String> values = tokens.values();
      if (values.size() != names.size()) {
        throw new IOException(
            "a row of "
                + table
                + " has "
                + values.size()
                + " values for "
                + names.size()
                + " columns");
      }
      rows.accept(table, row(names, values));
    } while (tokens.skipIfNext(','));
    return table;
  }

  private static Map<String, String> row(List<String> names, List<String> values) {
    Map<String, String> row = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!values.get(i).equals(SqlDumpTokenizer.NULL)) {
        row.put(names.get(i), values.get(i));
      }
    }
    return row;
  }
}
