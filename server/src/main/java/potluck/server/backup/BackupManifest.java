package potluck.server.backup;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;

/**
 * The first thing to read in a backup: what is in it, and by which digests it is known to be whole.
 *
 * @param form of the file; this program reads {@link #FORM}
 * @param potluck the version that made it
 * @param madeAt ISO-8601
 * @param postgres the version that it was taken from
 * @param steps of the schema that were applied
 * @param node whose journal is in it
 */
public record BackupManifest(
    int form,
    String potluck,
    String madeAt,
    String postgres,
    List<String> steps,
    String node,
    List<Table> tables,
    List<Part> journal,
    List<Part> secrets) {
  static final int FORM = 1;
  static final String NAME = "manifest.json";
  static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** One file of the archive. */
  public record Part(String name, long bytes, String sha256) {}

  /**
   * The rows of a table, as PostgreSQL's COPY writes them.
   *
   * @param sequences the last number given, by column
   */
  public record Table(
      String name, List<String> columns, long rows, Map<String, Long> sequences, Part part) {}

  /** Rows of all tables. */
  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  List<Part> parts() {
    return java.util.stream.Stream.of(
            tables.stream().map(Table::part), journal.stream(), secrets.stream())
        .flatMap(each -> each)
        .toList();
  }
}
