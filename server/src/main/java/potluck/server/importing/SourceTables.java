package potluck.server.importing;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The tables of a source, read only. */
interface SourceTables extends AutoCloseable {
  /** The columns of a table; empty if it does not exist. */
  Set<String> columns(String table) throws IOException;

  /**
   * Reads all rows, in constant memory.
   *
   * @param wanted columns; missing ones are ignored
   */
  void each(String table, List<String> wanted, Consumer<SourceRow> sink) throws IOException;

  /**
   * Ends the snapshot, so that it blocks nothing in the source. Later reads see the current state,
   * a portion at a time, ordered by the first column, which must be unique.
   */
  default void endSnapshot() throws IOException {}

  @Override
  void close() throws IOException;

  default boolean has(String table) throws IOException {
    return !columns(table).isEmpty();
  }
}
