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
 * Understands of SQL as much as dumps have of it: {@code CREATE TABLE} for the names of columns,
 * {@code INSERT INTO … VALUES} for rows. All else is passed over, in one go and in constant memory.
 * Source: the MySQL manual, "String Literals" and "mysqldump". Used once, by one thread.
 */
final class SqlDumpReader {
  /** Words that begin a line of CREATE TABLE and are no column; those are in backquotes. */
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
   * Where the rows of a table are, counted in characters.
   *
   * @param from the beginning of the first statement with some
   * @param to behind the last
   */
  record RowRange(long from, long to) {
    private RowRange upTo(RowRange later) {
      return new RowRange(from, later.to);
    }
  }

  /**
   * Reads a part, which another reader has found.
   *
   * @param in from its beginning on
   * @param columns of its table
   */
  static SqlDumpReader forRange(RowRange part, Reader in, String table, List<String> columns) {
    return new SqlDumpReader(in, Map.of(table, columns), part.to() - part.from());
  }

  /** Where rows are, by table, as far as it was read. */
  Map<String, RowRange> rowRanges() {
    return rowRanges;
  }

  /**
   * @param tables hears of each table and its columns
   * @param rows hears of each row of the wanted tables, as bytes; what is NULL is not in it
   * @throws IOException where it ends in the middle of something
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
        // What it would insert is its own affair.
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

  /**
   * Whether its head says who wrote it, and the words at the end that belong to that are missing.
   */
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

  /** The table that it fills; empty for none. What is not wanted is left to be passed over. */
  private String insert(BiConsumer<String, Map<String, String>> rows, Predicate<String> wanted)
      throws IOException {
    for (String word = tokens.word(); !word.equals("into"); word = tokens.word()) {
      if (word.isEmpty()) {
        return ""; // INSERT IGNORE INTO is one, INSERT; is none.
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
