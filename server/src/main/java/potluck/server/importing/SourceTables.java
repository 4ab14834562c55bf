package potluck.server.importing;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The tables of another house, wherever they lie. They are read only. */
interface SourceTables extends AutoCloseable {
  /** The columns of a table; empty where there is no such table. */
  Set<String> columns(String table) throws IOException;

  /**
   * Hands over all rows, in constant memory.
   *
   * @param wanted columns; those that are not there are passed over
   */
  void each(String table, List<String> wanted, Consumer<SourceRow> sink) throws IOException;

  /**
   * Ends the moment that was looked at, so that nothing there waits for this: what is read from now
   * on is as it is then, a portion at a time, by its first column, which must tell rows apart.
   */
  default void endSnapshot() throws IOException {}

  @Override
  void close() throws IOException;

  default boolean has(String table) throws IOException {
    return !columns(table).isEmpty();
  }
}
