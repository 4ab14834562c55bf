package potluck.server.moving;

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
final class DumpReader {
  /** Words that begin a line of CREATE TABLE and are no column; those are in backquotes. */
  private static final Set<String> NO_COLUMN =
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

  private final DumpText text;
  private final long until;
  private final Map<String, List<String>> columns = new LinkedHashMap<>();
  private final Map<String, Part> parts = new HashMap<>();

  DumpReader(Reader in) {
    this(in, Map.of(), Long.MAX_VALUE);
  }

  private DumpReader(Reader in, Map<String, List<String>> columns, long until) {
    this.text = new DumpText(in);
    this.columns.putAll(columns);
    this.until = until;
  }

  /**
   * Where the rows of a table are, counted in characters.
   *
   * @param from the beginning of the first statement with some
   * @param to behind the last
   */
  record Part(long from, long to) {
    private Part with(Part later) {
      return new Part(from, later.to);
    }
  }

  /**
   * Reads a part, which another reader has found.
   *
   * @param in from its beginning on
   * @param columns of its table
   */
  static DumpReader of(Part part, Reader in, String table, List<String> columns) {
    return new DumpReader(in, Map.of(table, columns), part.to() - part.from());
  }

  /** Where rows are, by table, as far as it was read. */
  Map<String, Part> parts() {
    return parts;
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
    while (text.more() && text.position() < until) {
      long from = text.position();
      String word = text.word();
      String filled = "";
      if (word.equals("delimiter")) {
        text.endsWith();
        continue;
      }
      if (text.inRoutine()) {
        // What it would insert is its own affair.
      } else if (word.equals("set") && text.word().equals("names")) {
        DumpText.encoding(text.name());
      } else if (word.equals("create") && text.word().equals("table")) {
        create(tables);
      } else if (word.equals("insert") || word.equals("replace")) {
        filled = insert(rows, wanted);
      }
      text.passStatement();
      if (!filled.isEmpty()) {
        parts.merge(filled, new Part(from, text.position()), Part::with);
      }
    }
  }

  /**
   * Whether its head says who wrote it, and the words at the end that belong to that are missing.
   */
  boolean cutShort() {
    return text.cutShort();
  }

  private void create(BiConsumer<String, Set<String>> tables) throws IOException {
    boolean quoted = text.quoted();
    String name = text.name();
    while (!quoted && Set.of("if", "not", "exists").contains(name.toLowerCase(Locale.ROOT))) {
      quoted = text.quoted();
      name = text.name();
    }
    text.expect('(');
    List<String> names = new ArrayList<>();
    boolean more = true;
    while (more) {
      boolean named = text.quoted();
      String column = text.name();
      if (named || !NO_COLUMN.contains(column.toLowerCase(Locale.ROOT))) {
        names.add(column);
      }
      more = text.passDefinition();
    }
    columns.put(name, names);
    tables.accept(name, new LinkedHashSet<>(names));
  }

  /** The table that it fills; empty for none. What is not wanted is left to be passed over. */
  private String insert(BiConsumer<String, Map<String, String>> rows, Predicate<String> wanted)
      throws IOException {
    for (String word = text.word(); !word.equals("into"); word = text.word()) {
      if (word.isEmpty()) {
        return ""; // INSERT IGNORE INTO is one, INSERT; is none.
      }
    }
    String table = text.name();
    if (!wanted.test(table)) {
      return table;
    }
    List<String> names = columns.getOrDefault(table, List.of());
    if (text.at('(')) {
      names = text.names();
    }
    text.word(); // VALUES
    do {
      List<String> values = text.values();
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
    } while (text.passed(','));
    return table;
  }

  private static Map<String, String> row(List<String> names, List<String> values) {
    Map<String, String> row = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!values.get(i).equals(DumpText.NULL)) {
        row.put(names.get(i), values.get(i));
      }
    }
    return row;
  }
}
