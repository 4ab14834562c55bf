package potluck.server.importing;

import java.io.IOException;

/** A system to import from, which is only read. Reading it again gives the same result. */
public interface ImportSource extends AutoCloseable {
  /** Receives the records of a source. */
  interface Sink {
    void accept(SourceRecord found);

    /**
     * A record that cannot be imported.
     *
     * @param label a name for people
     * @param why with what to do
     */
    void skip(String label, String why);
  }

  /** The kind of system, such as {@code new-api}. */
  String kind();

  /**
   * Reads all records of a kind, in constant memory.
   *
   * @throws IOException if the source cannot be read, with what to do
   */
  void read(RecordKind kind, Sink sink) throws IOException;

  @Override
  void close() throws IOException;
}
