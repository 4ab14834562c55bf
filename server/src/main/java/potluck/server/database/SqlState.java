package potluck.server.database;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL says was the matter, wherever it stands in a chain of exceptions. */
public final class SqlState {
  private SqlState() {}

  /**
   * The first SQLSTATE that is given (PostgreSQL, appendix A); empty where no answer of the
   * database's is behind it.
   */
  public static String of(Throwable thrown) {
    for (@Nullable Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return "";
  }
}
