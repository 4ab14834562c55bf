package potluck.server.importing;

import java.io.IOException;

/**
 * Another house, which is read and never written to. It may be read several times, and says the
 * same each time.
 */
public interface ImportSource extends AutoCloseable {
  /** Takes what a source has. */
  interface Sink {
    void accept(SourceRecord found);

    /**
     * Something that cannot come.
     *
     * @param label what a person knows it by
     * @param why with what to do about it
     */
    void skip(String label, String why);
  }

  /** What kind of house it is, such as {@code new-api}. */
  String kind();

  /**
   * Hands over all of a kind, in constant memory.
   *
   * @throws IOException where it cannot be read, with what to do
   */
  void read(RecordKind kind, Sink sink) throws IOException;

  @Override
  void close() throws IOException;
}
