package potluck.server.command;

import java.sql.SQLException;
import potluck.server.database.Database;
import potluck.server.database.Migrations;

/** Checks that the schema is current. */
final class SchemaCheck {
  private SchemaCheck() {}

  /**
   * @throws IllegalStateException if it is not, with what to do
   */
  static void requireCurrent(Database database) throws SQLException {
    boolean pending =
        new Migrations(database.source())
            .history().stream().anyMatch(step -> step.appliedAt() == null);
    if (pending) {
      throw new IllegalStateException(
          CommandText.of(
              "the database schema is not current; run ./potluck db upgrade",
              "数据库结构不是最新，请运行 ./potluck db upgrade"));
    }
  }
}
