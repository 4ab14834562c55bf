package potluck.server.exporting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import potluck.server.testing.TestServer;

/** Whatever a migration adds to what is a user's goes out, or is left out on purpose. */
@Timeout(120)
class UserExportSectionsIT {
  /** Columns that say whose a row is; these need not be shown. */
  private static final List<String> WHOSE = List.of("user_id", "made_by", "actor");

  @Test
  void everyUserColumnIsExportedOrExcluded() {
    List<String> forgotten = new ArrayList<>();
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
        forgotten.add(column[0] + "." + column[1]);
      }
    }
    assertThat(columns).hasSizeGreaterThan(100);
    assertThat(forgotten).isEmpty();
  }
}
