package potluck.server.exporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.testing.TestServer;

/**
 * Every column of a table with data of users, also a new one, is exported or explicitly excluded.
 */
@Timeout(120)
class UserExportSectionsIT {
  /** Columns that refer to the user of a row; these need not be exported. */
  private static final List<String> WHOSE = List.of("user_id", "made_by", "actor");

  @Test
  void everyUserColumnIsExportedOrExcluded() {
    List<String> missing = new ArrayList<>();
    List<String[]> columns =
        Jdbi.create(TestServer.shared().database().source())
            .withHandle(
                handle ->
                    handle
                        .createQuery(
                            """
                            SELECT table_name, column_name FROM information_schema.columns
                            WHERE table_schema = current_schema() AND (table_name = 'users' OR table_name IN (
                              SELECT table_name FROM information_schema.columns
                              WHERE table_schema = current_schema() AND column_name IN (<whose>)))
                            """)
                        .bindList("whose", WHOSE)
                        .map((rs, _) -> new String[] {rs.getString(1), rs.getString(2)})
                        .list());
    for (String[] column : columns) {
      if (!WHOSE.contains(column[1]) && !UserExportSections.isAccountedFor(column[0], column[1])) {
        missing.add(column[0] + "." + column[1]);
      }
    }
    assertThat(columns).hasSizeGreaterThan(100);
    assertThat(missing).isEmpty();
  }
}
