package potluck.server.command;

import java.sql.SQLException;
import potluck.server.database.Database;
import potluck.server.database.Migrations;

/** Whether the schema is the one that this program knows. */
final class SchemaCheck {
  private SchemaCheck() {}

  /**
   * @throws IllegalStateException with what to do where it is not
   */
  static void requireCurrent(Database database) throws SQLException {
    boolean pending =
        new Migrations(database.source())
            .history().stream().anyMatch(step -> step.appliedAt() == null);
    if (pending) {
      throw new IllegalStateException(
          "the database is not current: ./potluck db upgrade / 数据库结构不是最新，请先升级");
    }
  }
}
