package potluck.server.backup;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The first thing to read in a backup: what is in it, and the digests.
 *
 * @param form version of the format; this program reads {@link #FORM}
 * @param potluck the version that wrote it
 * @param madeAt ISO 8601
 * @param postgres the version of PostgreSQL
 * @param steps applied migrations
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
   * The rows of a table in PostgreSQL's COPY format.
   *
   * @param sequences the last number of each sequence, by column
   */
  public record Table(
      String name, List<String> columns, long rows, Map<String, Long> sequences, Part part) {}

  /** Rows of all tables. */
  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }

  List<Part> parts() {
    return Stream.of(tables.stream().map(Table::part), journal.stream(), secrets.stream())
        .flatMap(each -> each)
        .toList();
  }
}
